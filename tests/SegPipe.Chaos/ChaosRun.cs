using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>Rounds of one batch: first in peace, to see what many machines cost, then in trouble.</summary>
internal sealed class ChaosRun(RabbitMqBroker broker, TimeSpan length, int seed)
{
    private const int Workers = 3, Videos = 3, Pictures = 500, PicturesOfSegment = 25, PicturesASecond = 25;
    private const string Killed = "worker killed", Stopped = "worker stopped", BrokerKilled = "broker killed", Alarm = "disk alarm", Restarted = "workers restarted";

    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(60), Away = TimeSpan.FromSeconds(5), Look = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(seed);
    private readonly Recoveries _recoveries = new();
    private readonly HashSet<ProgramChild> _asleep = [];
    private long _start, _lastStop;
    private int _rounds, _faults;

    private static int Segments => Videos * Pictures / PicturesOfSegment;

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_start);

    /// <summary>Runs it, prints what it found, and gives whether all held.</summary>
    public async Task<bool> RunAsync()
    {
        using var farm = new ClusterFarm(broker);
        for (var i = 0; i < Videos; i++) farm.AddVideo($"drive{i}", Pictures);
        try
        {
            await PeaceAsync(farm);
            _start = TimeProvider.System.GetTimestamp();
            while (Elapsed < length) await RoundAsync(farm);
            foreach (var worker in farm.Workers.ToList()) await farm.EndAsync(worker);
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException)
        {
            Console.WriteLine($"FAULT: {failure.Message}");
            _faults++;
        }
        Console.WriteLine($"{_rounds} rounds of {Segments} segments, {_recoveries.Count} troubles, {_faults} faults");
        foreach (var line in _recoveries.Lines()) Console.WriteLine(line);
        return _faults == 0 && _recoveries.Count > 0;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>One process alone, then 1, 2 and 4 workers.</summary>
    private async Task PeaceAsync(ClusterFarm farm)
    {
        var since = TimeProvider.System.GetTimestamp();
        await farm.RunAloneAsync("--jobs", "1");
        var alone = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        Say($"in peace: one process alone, one segment at a time: {alone:0.0} s, {alone / Segments:0.00} s a segment");
        foreach (var count in (int[])[1, 2, 4])
        {
            farm.Clear();
            var workers = Enumerable.Range(0, count).Select(_ => farm.AddWorker()).ToList();
            foreach (var worker in workers) await worker.SaysAsync("takes 1 segments");
            since = TimeProvider.System.GetTimestamp();
            await farm.SubmitAsync();
            await farm.DoneAsync();
            var took = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
            Check(farm);
            var published = 0;
            foreach (var worker in workers) published += Published((await farm.EndAsync(worker)).Error);
            var hours = Videos * Pictures / (double)PicturesASecond / 3600;
            Say($"in peace: {count} workers: {took:0.0} s, {(took - alone) / Segments:+0.000;-0.000} s a segment against one process; {(published + Videos) / hours:0} messages a video hour at {PicturesOfSegment} pictures a segment ({(published + Videos) / (double)Segments:0.00} a segment)");
        }
    }

    private static int Published(string said) =>
        int.Parse(said.Split('\n').Last(line => line.Contains("messages published", StringComparison.Ordinal)).Split("messages published: ")[1].Split(' ')[0], CultureInfo.InvariantCulture);

    private async Task RoundAsync(ClusterFarm farm)
    {
        farm.Clear();
        while (farm.Workers.Count < Workers) farm.AddWorker();
        await farm.SubmitAsync();
        using var end = new CancellationTokenSource();
        var trouble = TroubleAsync(farm, end.Token);
        await farm.DoneAsync();
        await end.CancelAsync();
        await trouble;
        if (TimeProvider.System.GetElapsedTime(_lastStop) is var ago && _lastStop != 0 && ago < Frozen) await Task.Delay(Frozen - ago + Away);
        Check(farm);
        var since = TimeProvider.System.GetTimestamp();
        while (!farm.IsEmpty() && TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(2)) await Task.Delay(Look);
        if (!farm.IsEmpty()) Fault("a queue is not empty behind the batch", farm);
        _rounds++;
    }

    private void Check(ClusterFarm farm)
    {
        foreach (var fault in farm.Faults()) Fault(fault, farm);
    }

    private void Fault(string what, ClusterFarm farm)
    {
        _faults++;
        Console.WriteLine($"FAULT: {what}\n{farm.Said()}");
    }

    /// <summary>Makes trouble until the round is over; each trouble is got over before the next.</summary>
    private async Task TroubleAsync(ClusterFarm farm, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1 + (3 * _random.NextDouble())), CancellationToken.None);
            if (end.IsCancellationRequested || farm.Ended() == Videos) return;
            var kind = _random.Next(20) switch { < 14 => Killed, 14 => Stopped, < 17 => BrokerKilled, 17 => Alarm, _ => Restarted };
            var since = await MakeAsync(kind, farm, end);
            // What was in work when the batch ended could not be watched being got over.
            if (!end.IsCancellationRequested) _recoveries.Add(kind, TimeProvider.System.GetElapsedTime(since));
        }
    }

    /// <summary>Makes one trouble, waits until it is got over, and gives since when it could be.</summary>
    private async Task<long> MakeAsync(string kind, ClusterFarm farm, CancellationToken end)
    {
        List<ProgramChild> awake;
        lock (_asleep) awake = [.. farm.Workers.Where(w => !_asleep.Contains(w))];
        if (awake.Count == 0) return TimeProvider.System.GetTimestamp();
        // Who has nothing in work has nothing to be got over.
        while (awake.All(w => farm.ClaimedBy(w).Count == 0) && !end.IsCancellationRequested) await Task.Delay(Look, CancellationToken.None);
        if (end.IsCancellationRequested) return 0;
        var busy = awake.Where(w => farm.ClaimedBy(w).Count > 0).DefaultIfEmpty(awake[0]).ToList();
        var victim = busy[_random.Next(busy.Count)];
        var inWork = farm.ClaimedBy(victim);
        var since = TimeProvider.System.GetTimestamp();
        switch (kind)
        {
            case Killed:
                await farm.KillAsync(victim);
                farm.AddWorker();
                await UntilAsync(() => inWork.All(farm.IsCommitted), end);
                break;
            case Stopped:
                ClusterFarm.Freeze(victim);
                _lastStop = since;
                _ = ThawAsync(victim);
                await UntilAsync(() => inWork.All(farm.IsCommitted), end);
                break;
            case BrokerKilled:
                broker.Kill();
                await Task.Delay(Away, CancellationToken.None);
                await broker.RestartAsync();
                since = TimeProvider.System.GetTimestamp();
                await NextAsync(farm, end);
                break;
            case Alarm:
                broker.SetDiskFreeLimit("1000000GB");
                await Task.Delay(Away, CancellationToken.None);
                broker.SetDiskFreeLimit("10MB");
                since = TimeProvider.System.GetTimestamp();
                await NextAsync(farm, end);
                break;
            default:
                foreach (var worker in awake)
                {
                    farm.AddWorker();
                    await farm.EndAsync(worker);
                }
                since = TimeProvider.System.GetTimestamp();
                await NextAsync(farm, end);
                break;
        }
        return since;
    }

    private async Task ThawAsync(ProgramChild victim)
    {
        lock (_asleep) _asleep.Add(victim);
        await Task.Delay(Frozen);
        ClusterFarm.Thaw(victim);
        lock (_asleep) _asleep.Remove(victim);
    }

    private static Task NextAsync(ClusterFarm farm, CancellationToken end)
    {
        var (committed, ended) = (farm.Committed(), farm.Ended());
        return UntilAsync(() => farm.Committed() > committed || farm.Ended() > ended, end);
    }

    private static async Task UntilAsync(Func<bool> holds, CancellationToken end)
    {
        while (!end.IsCancellationRequested && !holds()) await Task.Delay(Look, CancellationToken.None);
    }
}
