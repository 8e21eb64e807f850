namespace SegPipe.Host.Watching;

/// <summary>This process as those who watch see it: who it is, what it has in work, and whom it tells.</summary>
/// <param name="name">Name of the worker.</param>
/// <param name="time">The clock.</param>
/// <param name="redact">Replaces secrets in texts that leave this process.</param>
internal sealed class WatchSelf(string name, TimeProvider time, Func<string, string> redact)
{
    private readonly DateTimeOffset _since = time.GetUtcNow();

    /// <summary>Name of the worker.</summary>
    public string Name => name;

    /// <summary>The class of work that it takes.</summary>
    public required string Class { get; init; }

    /// <summary>Segments that it works on side by side; 0 where it takes none.</summary>
    public required int Slots { get; init; }

    /// <summary>Streams that it owns at most; null where it stands by for none.</summary>
    public int? Capacity { get; init; }

    /// <summary>Cancelled when it takes nothing more.</summary>
    public CancellationToken Ending { get; init; }

    /// <summary>What it has in work.</summary>
    public WorkBoard Board { get; } = new(time);

    /// <summary>Takes what it tells; must not block.</summary>
    public Action<WatchEvent> Post { get; set; } = _ => { };

    /// <summary>That it lives, and what it does.</summary>
    public WorkerAlive Alive() => new()
    {
        Worker = name,
        Time = time.GetUtcNow(),
        Class = Class,
        Slots = Slots,
        Host = Environment.MachineName,
        Version = VersionText.Version,
        Since = _since,
        Ending = Ending.IsCancellationRequested,
        Capacity = Capacity,
        Work = WatchEvent.Cut(Board.Work()),
        Streams = WatchEvent.Cut(Board.Streams()),
    };

    /// <summary>Tells that it ends.</summary>
    public void Ended() => Post(new WorkerEnded { Worker = name, Time = time.GetUtcNow() });

    /// <summary>Tells that a segment was committed.</summary>
    public void Done(string batch, string job, int segment, WorkNow work) =>
        Post(new SegmentDone { Worker = name, Time = time.GetUtcNow(), Batch = batch, Job = job, Seg = segment, Frames = work.Frames, Seconds = Math.Round((time.GetUtcNow() - work.Since).TotalSeconds, 1) });

    /// <summary>Tells that a segment failed.</summary>
    public void Failed(string batch, string job, int segment, int attempt, bool again, SegPipeException failure) =>
        Post(new SegmentFailed { Worker = name, Time = time.GetUtcNow(), Batch = batch, Job = job, Seg = segment, Attempt = attempt, Again = again, Reason = Reason(failure.Message) });

    /// <summary>Tells that a job's outputs lie in place.</summary>
    public void Done(string batch, string job) => Post(new JobFinished { Worker = name, Time = time.GetUtcNow(), Batch = batch, Job = job });

    /// <summary>Tells that a job was given up.</summary>
    public void Failed(string batch, string job, string reason) =>
        Post(new JobFailed { Worker = name, Time = time.GetUtcNow(), Batch = batch, Job = job, Reason = Reason(reason) });

    private string Reason(string message) => WatchEvent.Cut(redact(message));
}
