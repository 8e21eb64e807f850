namespace SegPipe.Host.Cluster;

/// <summary>What workers do with a batch: plan, run, join, and look what is missing. Every call may be repeated by anybody at any time.</summary>
internal interface IBatchWork
{
    /// <summary>Bytes that were fetched and stored elsewhere so far: what moves is not stuck.</summary>
    long Moved { get; }

    /// <summary>Plans a job that has no plan which still holds.</summary>
    /// <param name="batch">The batch's folder.</param>
    /// <param name="job">Name of the job.</param>
    /// <param name="cancel">Ends it now.</param>
    /// <exception cref="SegPipeException">It cannot be planned.</exception>
    Task<JobView> PlanAsync(string batch, string job, CancellationToken cancel);

    /// <summary>How far a job is, without doing anything; null where it has no plan.</summary>
    Task<JobView?> LookAsync(string batch, string job, CancellationToken cancel);

    /// <summary>Runs a segment and commits it.</summary>
    /// <param name="batch">The batch's folder.</param>
    /// <param name="segment">Which one, and for which configuration.</param>
    /// <param name="worker">Who works.</param>
    /// <param name="watch">Called, before it begins, with what counts its pictures.</param>
    /// <param name="cancel">Ends it now; nothing of it stays.</param>
    /// <exception cref="SegPipeException">It failed, or this worker would make something else.</exception>
    Task<SegmentEnd> RunAsync(string batch, SegmentMessage segment, string worker, Action<Func<long>> watch, CancellationToken cancel);

    /// <summary>Joins a job; gives the segments that are missing, none where it is finished.</summary>
    /// <exception cref="SegPipeException">The pieces do not fit together, or an output cannot be written.</exception>
    Task<IReadOnlyList<int>> AssembleAsync(string batch, string job, CancellationToken cancel);

    /// <summary>Writes down that a job is given up, or, where the batch allows gaps, that it is made without a segment.</summary>
    Task GiveUpAsync(string batch, string job, SegPipeException failure, int? segment, CancellationToken cancel);

    /// <summary>Says that somebody works on a part of a job, until disposal; who is killed says so for a little longer.</summary>
    /// <param name="batch">The batch's folder.</param>
    /// <param name="job">Name of the job.</param>
    /// <param name="part">The segment's number, or -1 for the whole.</param>
    /// <param name="worker">Who works.</param>
    IDisposable Claim(string batch, string job, int part, string worker);
}

/// <summary>How far a job is.</summary>
/// <param name="PlanSha256">Hash of the plan.</param>
/// <param name="ConfigHash">What results belong to.</param>
/// <param name="Segments">Segments in all.</param>
/// <param name="Missing">Segments without a result.</param>
/// <param name="IsDone">Whether its outputs lie in place.</param>
/// <param name="IsPartial">Whether these lack what could not be made.</param>
internal sealed record JobView(string PlanSha256, string ConfigHash, int Segments, IReadOnlyList<int> Missing, bool IsDone, bool IsPartial = false);

/// <summary>How running a segment ended.</summary>
internal enum SegmentEnd
{
    /// <summary>Its result is the segment's.</summary>
    Committed,

    /// <summary>There was a result before it began.</summary>
    Found,

    /// <summary>Another worker was faster and had the same.</summary>
    Beaten,

    /// <summary>Another worker was faster and had something else, which stays.</summary>
    Differs,

    /// <summary>The video turned out not to be one that can be cut: it has a plan of one segment now.</summary>
    Replanned,
}
