using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>What every round has: videos, workers, dice, and what was found so far.</summary>
internal sealed class Arena(ClusterFarm farm, RabbitMqBroker broker, int seed)
{
    public const int Workers = 3, Videos = 3, Pictures = 500, PicturesOfSegment = 25, Segments = Videos * Pictures / PicturesOfSegment;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20), Emptying = TimeSpan.FromMinutes(2);

    private int _faults;

    public ClusterFarm Farm => farm;

    public RabbitMqBroker Broker => broker;

    public Random Random { get; } = new(seed);

    public Recoveries Recoveries { get; } = new();

    public int Rounds { get; private set; }

    public int Faults => _faults;

    /// <summary>Workers that were killed.</summary>
    public int Kills { get; private set; }

    public static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Begins a batch of all videos, with nothing left of the one before.</summary>
    public async Task BeginAsync(params string[] further)
    {
        farm.Clear();
        while (farm.Workers.Count < Workers) farm.AddWorker();
        await farm.SubmitAsync(further);
    }

    /// <summary>Looks whether a batch that is done is as it would be without trouble, and nothing is left of it in the queues.</summary>
    public async Task EndAsync()
    {
        await farm.DoneAsync();
        Check();
        await EmptyAsync();
        Rounds++;
    }

    /// <summary>Looks through the outputs.</summary>
    public void Check()
    {
        foreach (var fault in farm.Faults()) Fault(fault);
    }

    /// <summary>Waits until the queues are empty.</summary>
    public async Task EmptyAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!farm.IsEmpty() && TimeProvider.System.GetElapsedTime(since) < Emptying) await Task.Delay(Look);
        if (!farm.IsEmpty()) Fault("a queue is not empty behind the batch");
    }

    public void Fault(string what)
    {
        Interlocked.Increment(ref _faults);
        Console.WriteLine($"FAULT: {what}\n{farm.Said()}");
    }

    /// <summary>Kills a worker, and puts another in its place.</summary>
    public async Task KillAsync(ProgramChild victim)
    {
        await farm.KillAsync(victim);
        Kills++;
        farm.AddWorker();
    }

    /// <summary>Waits until something is so, or the batch has ended; false where that was first.</summary>
    public async Task<bool> UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            if (farm.Ended() >= farm.Videos) return false;
            await Task.Delay(Look);
        }
        return true;
    }

    /// <summary>Waits for the next commit or the next finished video.</summary>
    public Task<bool> NextAsync()
    {
        var (committed, ended) = (farm.Committed(), farm.Ended());
        return UntilAsync(() => farm.Committed() > committed || farm.Ended() > ended);
    }

    /// <summary>Notes how long ago a trouble could begin to be got over; one that the batch's end came before could not be watched.</summary>
    public void Note(string kind, long since, bool watched)
    {
        if (watched) Recoveries.Add(kind, TimeProvider.System.GetElapsedTime(since));
    }

    /// <summary>One of the workers that have something in work, with what they have; null where the batch ends first.</summary>
    public async Task<(ProgramChild Worker, IReadOnlyList<string> InWork)?> BusyAsync(Func<ProgramChild, bool>? among = null)
    {
        (ProgramChild, IReadOnlyList<string>)? found = null;
        await UntilAsync(() =>
        {
            var busy = farm.Workers.Where(w => among?.Invoke(w) != false).Select(w => (w, farm.ClaimedBy(w))).Where(w => w.Item2.Count > 0).ToList();
            found = busy.Count > 0 ? busy[Random.Next(busy.Count)] : null;
            return found is not null;
        });
        return found;
    }
}
