using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Watching;

/// <summary>The batches that a process can see.</summary>
internal interface IBatchList
{
    /// <summary>All of them, as their storage tells now.</summary>
    IAsyncEnumerable<ListedBatch> BatchesAsync(CancellationToken cancel);
}

/// <summary>A batch.</summary>
/// <param name="Name">Its folder, or its place in S3, as those who work on it name it.</param>
/// <param name="Store">Its truth.</param>
/// <param name="Spec">What was asked for.</param>
/// <param name="Class">The class of workers that it is for; null where it is for this process.</param>
/// <param name="High">Whether it goes before others.</param>
internal sealed record ListedBatch(string Name, IBatchStore Store, BatchSpec Spec, string? Class, bool High)
{
    /// <summary>The moment before which it is not begun, or null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What everything that follows from its submission is found by, or null.</summary>
    public string? Traceparent { get; init; }
}
