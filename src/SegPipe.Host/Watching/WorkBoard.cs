using System.Collections.Concurrent;
using SegPipe.Host.Batch.Running;

namespace SegPipe.Host.Watching;

/// <summary>What is done with a job.</summary>
internal enum WorkKind
{
    /// <summary>It is read and cut.</summary>
    Plan,

    /// <summary>A segment of it is made.</summary>
    Segment,

    /// <summary>Its segments are joined.</summary>
    Join,
}

/// <summary>What this process has in work, to be looked at from any thread.</summary>
internal sealed class WorkBoard(TimeProvider time)
{
    private readonly ConcurrentDictionary<WorkItem, bool> _items = [];
    private readonly ConcurrentDictionary<string, StreamNow> _streams = [];

    /// <summary>Shows work until its disposal.</summary>
    /// <param name="kind">What is done.</param>
    /// <param name="batch">The batch's folder.</param>
    /// <param name="job">Name of the job.</param>
    /// <param name="segment">Number of the segment, or null.</param>
    public WorkItem Begin(WorkKind kind, string batch, string job, int? segment = null)
    {
        var item = new WorkItem(new(kind, batch, job, segment, 0, 0, time.GetUtcNow()), time, ended => _items.TryRemove(ended, out _));
        _items[item] = true;
        return item;
    }

    /// <summary>Shows a stream that is owned.</summary>
    public void Own(string stream, long epoch) => _streams[stream] = new(stream, epoch, time.GetUtcNow());

    /// <summary>Takes a stream down that is not owned any more.</summary>
    public void Leave(string stream) => _streams.TryRemove(stream, out _);

    /// <summary>What is in work now, the oldest first.</summary>
    public IReadOnlyList<WorkNow> Work() => [.. _items.Keys.Select(i => i.Now()).OrderBy(w => w.Since).ThenBy(w => w.Job, StringComparer.Ordinal).ThenBy(w => w.Seg)];

    /// <summary>The streams that are owned now, by name.</summary>
    public IReadOnlyList<StreamNow> Streams() => [.. _streams.Values.OrderBy(s => s.Id, StringComparer.Ordinal)];
}

/// <summary>A piece of work while it goes on.</summary>
internal sealed class WorkItem(WorkNow begun, TimeProvider time, Action<WorkItem> ended) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RateWindow _rate = new();
    private readonly long _started = time.GetTimestamp();
    private Func<long> _pictures = () => 0;

    /// <summary>Says what counts its pictures.</summary>
    public void Watch(Func<long> pictures) => Volatile.Write(ref _pictures, pictures);

    /// <summary>How far it is.</summary>
    public WorkNow Now()
    {
        var pictures = Volatile.Read(ref _pictures)();
        lock (_gate) return begun with { Frames = pictures, Fps = Math.Round(_rate.Note(time.GetElapsedTime(_started), pictures), 1) };
    }

    /// <inheritdoc/>
    public void Dispose() => ended(this);
}

/// <summary>A piece of work at one moment.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Batch">The batch's folder.</param>
/// <param name="Job">Name of the job.</param>
/// <param name="Seg">Number of the segment, or null.</param>
/// <param name="Frames">Pictures that went through.</param>
/// <param name="Fps">Pictures a second over the last minute.</param>
/// <param name="Since">When it was begun.</param>
internal sealed record WorkNow(WorkKind Kind, string Batch, string Job, int? Seg, long Frames, double Fps, DateTimeOffset Since);

/// <summary>A stream that a worker owns.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Epoch">The owner's number.</param>
/// <param name="Since">Since when.</param>
internal sealed record StreamNow(string Id, long Epoch, DateTimeOffset Since);
