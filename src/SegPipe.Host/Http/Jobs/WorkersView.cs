using SegPipe.Host.Watching;

namespace SegPipe.Host.Http.Jobs;

/// <summary>What <c>/api/workers</c> answers: the workers that were heard of, and what happened lately.</summary>
/// <param name="Version">The program's.</param>
/// <param name="Now">The server's clock, which every other time is to be compared with.</param>
/// <param name="Broker">Whether the broker is there; null where this process has none.</param>
/// <param name="DeadLetters">Messages that nobody could do, null where that is not known.</param>
/// <param name="Workers">The workers, this process first.</param>
/// <param name="Events">What happened lately, the newest first.</param>
internal sealed record WorkersView(string Version, DateTimeOffset Now, bool? Broker, int? DeadLetters, IReadOnlyList<WorkerView> Workers, IReadOnlyList<EventView> Events);

/// <summary>One worker.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Self">Whether it is this process.</param>
/// <param name="Class">The class of work that it takes.</param>
/// <param name="Slots">Segments that it works on side by side; 0 where it takes none.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Version">The program's version there.</param>
/// <param name="Since">When it was started.</param>
/// <param name="LastSeen">When it was heard of.</param>
/// <param name="Silent">Whether it should have been heard of since.</param>
/// <param name="Ending">Whether it takes nothing more and will end.</param>
/// <param name="Work">What it has in work.</param>
/// <param name="Streams">The streams that it owns.</param>
/// <param name="Capacity">Streams that it owns at most; null where it stands by for none.</param>
internal sealed record WorkerView(
    string Name, bool Self, string Class, int Slots, string Host, string Version, DateTimeOffset Since, DateTimeOffset LastSeen, bool Silent, bool Ending,
    IReadOnlyList<WorkNow> Work, IReadOnlyList<StreamNow> Streams, int? Capacity)
{
    // Two signs of life and a bit.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    public static WorkerView Of(HeardWorker heard, bool self, DateTimeOffset now)
    {
        var alive = heard.Alive;
        return new(alive.Worker, self, alive.Class, alive.Slots, alive.Host, alive.Version, alive.Since, heard.At, now - heard.At > Patience, alive.Ending, alive.Work, alive.Streams, alive.Capacity);
    }
}

/// <summary>Something that happened.</summary>
/// <param name="Type">What: segment.done, segment.failed, job.done, job.failed or worker.ended.</param>
/// <param name="Time">When, by the worker's clock.</param>
/// <param name="Worker">Who told.</param>
/// <param name="Job">Name of the job, or null.</param>
/// <param name="Seg">Number of the segment, or null.</param>
/// <param name="Seconds">How long it took, or null.</param>
/// <param name="Attempt">Which try it was, or null.</param>
/// <param name="Again">Whether it is tried again, or null.</param>
/// <param name="Reason">Why it failed, or null.</param>
internal sealed record EventView(string Type, DateTimeOffset Time, string Worker, string? Job = null, int? Seg = null, double? Seconds = null, int? Attempt = null, bool? Again = null, string? Reason = null)
{
    public static EventView Of(WatchEvent e) => e switch
    {
        SegmentDone s => new(e.Type, e.Time, e.Worker, s.Job, s.Seg, s.Seconds),
        SegmentFailed s => new(e.Type, e.Time, e.Worker, s.Job, s.Seg, Attempt: s.Attempt, Again: s.Again, Reason: s.Reason),
        JobFinished j => new(e.Type, e.Time, e.Worker, j.Job),
        JobFailed j => new(e.Type, e.Time, e.Worker, j.Job, Reason: j.Reason),
        _ => new(e.Type, e.Time, e.Worker),
    };
}
