namespace SegPipe.Host.Cluster;

/// <summary>Finds the batches that a worker may touch, and remembers what was lost of them.</summary>
internal interface IBatchFinder
{
    /// <summary>All jobs of all batches.</summary>
    IAsyncEnumerable<FoundJob> JobsAsync(CancellationToken cancel);

    /// <summary>The parts of a job that somebody works on now: numbers of segments, or -1 for the whole.</summary>
    Task<IReadOnlySet<int>> ClaimedAsync(string batch, string job, CancellationToken cancel);

    /// <summary>Counts losses and gives the largest count of any of these parts.</summary>
    Task<int> LoseAsync(string batch, string job, IReadOnlyList<int> parts, CancellationToken cancel);
}

/// <summary>A job of a batch.</summary>
/// <param name="Batch">The batch's folder, or its place in S3.</param>
/// <param name="Address">The address that messages name it by.</param>
/// <param name="Job">Name of the job.</param>
/// <param name="Class">The class of workers that it is for.</param>
/// <param name="High">Whether it goes before others.</param>
/// <param name="Failed">Whether it was given up.</param>
/// <param name="NotBefore">The moment before which it is not begun, or null.</param>
/// <param name="Traceparent">What everything that follows from its submission is found by, or null.</param>
internal sealed record FoundJob(string Batch, string Address, string Job, string Class, bool High, bool Failed, DateTimeOffset? NotBefore = null, string? Traceparent = null);
