namespace SegPipe.Host.Batch.Storage;

/// <summary>A store that workers on several machines use at a time.</summary>
internal interface ISharedStore : IBatchStore
{
    /// <summary>The address that messages name it by.</summary>
    string Address { get; }

    /// <summary>A text beside the documents, or null where there is none.</summary>
    Task<string?> ReadTextAsync(string name, CancellationToken abort);

    /// <summary>Puts a text in place of an older one.</summary>
    Task WriteTextAsync(string name, string text, CancellationToken abort);

    /// <summary>Keeps <c>segpipe batch</c> out of it, beside other workers, until disposal.</summary>
    /// <exception cref="SegPipeException">74 while <c>segpipe batch</c> works in it.</exception>
    IDisposable Share();

    /// <summary>Keeps others from joining a job, as far as the storage can, and clears up behind the join.</summary>
    /// <exception cref="SegPipeException">74 while another worker joins it.</exception>
    Task<IDisposable> ShareJoinAsync(string job, TimeProvider time, CancellationToken abort);

    /// <summary>Says that somebody works on a part of a job, until disposal.</summary>
    IDisposable Claim(string job, int part, string worker, TimeProvider time);

    /// <summary>The parts of a job that somebody has said so of lately.</summary>
    Task<IReadOnlySet<int>> ClaimedAsync(string job, CancellationToken abort);
}
