namespace SegPipe.Host.Watching;

/// <summary>What was heard of workers lately. Whoever reads it says so, and only while somebody does, others need to tell it anything.</summary>
internal sealed class WatchFeed(TimeProvider time)
{
    private const int MostWorkers = 2000, MostEvents = 60, MostSegments = 20;

    // A page that is behind another one for a while asks nothing meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), Forgotten = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HeardWorker> _workers = [];
    private readonly LinkedList<WatchEvent> _events = [];
    private long _read = long.MinValue;

    /// <summary>Whether somebody read it in the last minutes.</summary>
    public bool IsWatched => Interlocked.Read(ref _read) is var read && read != long.MinValue && time.GetElapsedTime(read) < Patience;

    /// <summary>Notes that somebody reads it.</summary>
    public void Watch() => Interlocked.Exchange(ref _read, time.GetTimestamp());

    /// <summary>Takes an event.</summary>
    public void Hear(WatchEvent heard)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            switch (heard)
            {
                case WorkerAlive alive:
                    if (_workers.Count < MostWorkers || _workers.ContainsKey(alive.Worker)) _workers[alive.Worker] = new(alive, now);
                    return;
                case WorkerEnded:
                    _workers.Remove(heard.Worker);
                    break;
                default:
                    break;
            }
            _events.AddFirst(heard);
            // The many that went well must not push out the few that did not.
            if (_events.Count(e => e is SegmentDone) > MostSegments) _events.Remove(_events.Last(e => e is SegmentDone));
            if (_events.Count > MostEvents) _events.RemoveLast();
        }
    }

    /// <summary>Forgets the workers: nothing more is heard of them.</summary>
    public void Leave()
    {
        lock (_gate) _workers.Clear();
    }

    /// <summary>The workers that were heard of in the last hour, by name.</summary>
    public IReadOnlyList<HeardWorker> Workers()
    {
        var oldest = time.GetUtcNow() - Forgotten;
        lock (_gate)
        {
            foreach (var (name, worker) in _workers.Where(w => w.Value.At < oldest).ToList()) _workers.Remove(name);
            return [.. _workers.Values.OrderBy(w => w.Alive.Worker, StringComparer.Ordinal)];
        }
    }

    /// <summary>What happened lately, the newest first.</summary>
    public IReadOnlyList<WatchEvent> Events()
    {
        lock (_gate) return [.. _events];
    }
}

/// <summary>A worker that was heard of.</summary>
/// <param name="Alive">What it said last.</param>
/// <param name="At">When that was heard, by this machine's clock.</param>
internal sealed record HeardWorker(WorkerAlive Alive, DateTimeOffset At);
