namespace SegPipe.Host.Batch.Storage;

/// <summary>
/// Where a batch's truth lies. A document or a segment's result is there whole or not at all, whatever ends the program that writes it;
/// several programs may use one store at a time.
/// </summary>
internal interface IBatchStore
{
    /// <summary>Folder on this machine that final outputs are written below.</summary>
    string OutputFolder { get; }

    /// <summary>The store as a person names it.</summary>
    string Name { get; }

    /// <summary>A document, or null where there is none.</summary>
    /// <param name="name">One of <see cref="BatchNames"/>.</param>
    /// <param name="abort">Ends the reading.</param>
    /// <exception cref="SegPipeException">74 if it cannot be read, 65 if it is of another form.</exception>
    Task<T?> ReadAsync<T>(string name, CancellationToken abort)
        where T : class;

    /// <summary>Puts a document in place of an older one.</summary>
    /// <exception cref="SegPipeException">74 if the disk is full or refuses, 73 if its folder cannot be made.</exception>
    Task WriteAsync<T>(string name, T document, CancellationToken abort)
        where T : class;

    /// <summary>Removes a document; one that is not there is no error.</summary>
    Task RemoveAsync(string name, CancellationToken abort);

    /// <summary>The segments of a job that have a result of this configuration.</summary>
    Task<IReadOnlySet<int>> CommittedAsync(string job, string configHash, CancellationToken abort);

    /// <summary>The result of a segment, or null where there is none.</summary>
    Task<SegmentOutcome?> OutcomeAsync(SegmentWork work, CancellationToken abort);

    /// <summary>Makes an empty folder on this machine for the pieces of a segment.</summary>
    /// <param name="work">The segment.</param>
    /// <param name="worker">Name of who works, of letters, digits and dashes.</param>
    /// <param name="attempt">How often it was tried, from 1.</param>
    /// <param name="abort">Ends it.</param>
    Task<string> StageAsync(SegmentWork work, string worker, int attempt, CancellationToken abort);

    /// <summary>Makes what lies in a staged folder the result of its segment; false where another result was there first, which then stays.</summary>
    Task<bool> CommitAsync(SegmentWork work, string staged, SegmentOutcome outcome, CancellationToken abort);

    /// <summary>Removes what a failed try has left; nothing is no error.</summary>
    Task DiscardAsync(string staged);

    /// <summary>A folder on this machine with the pieces of a committed segment.</summary>
    Task<string> PiecesAsync(SegmentWork work, CancellationToken abort);

    /// <summary>Removes a committed result, as one that was found damaged.</summary>
    Task WithdrawAsync(SegmentWork work, CancellationToken abort);

    /// <summary>Removes the segments of a job, of every configuration.</summary>
    Task RemoveSegmentsAsync(string job, CancellationToken abort);

    /// <summary>What is known of an input without reading it, or null where there is none.</summary>
    Task<InputStamp?> StampAsync(string input, CancellationToken abort);

    /// <summary>A file on this machine with the content of an input, until disposal.</summary>
    /// <exception cref="SegPipeException">66 if it is missing; 69 or 74 if it cannot be fetched.</exception>
    Task<StoredInput> InputAsync(string input, CancellationToken abort);

    /// <summary>What an output, by its full path below <see cref="OutputFolder"/>, is called where it ends up.</summary>
    string NameOf(string output);

    /// <summary>Whether outputs still lie where they belong, as far as names and sizes tell.</summary>
    Task<bool> HoldsAsync(IReadOnlyList<JobOutput> outputs, CancellationToken abort);

    /// <summary>Brings a job's outputs from <see cref="OutputFolder"/> to where they belong, each whole or not at all, and then says that it is finished.</summary>
    Task FinishAsync(string job, JobDone done, CancellationToken abort);

    /// <summary>Removes an output; what is not there is no error. A folder that others have put something into stays under another name.</summary>
    /// <param name="output">The output.</param>
    /// <param name="mark">What the other name ends with.</param>
    /// <param name="abort">Ends it.</param>
    Task RemoveOutputAsync(JobOutput output, string mark, CancellationToken abort);

    /// <summary>Removes an output that nobody knows the size of: a file goes, a folder stays under another name.</summary>
    /// <param name="path">Path below the output folder.</param>
    /// <param name="mark">What the other name ends with.</param>
    /// <param name="abort">Ends it.</param>
    Task RemoveHalfAsync(string path, string mark, CancellationToken abort);
}

/// <summary>What is known of an input without reading it.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">When it was last written to.</param>
internal sealed record InputStamp(long Bytes, DateTimeOffset Modified);

/// <summary>An input as a file on this machine.</summary>
/// <param name="path">Full path.</param>
/// <param name="sha256">SHA-256 of what was fetched, null where nothing had to be.</param>
/// <param name="release">Called when it is no longer used, or null.</param>
internal sealed class StoredInput(string path, string? sha256, Action? release) : IDisposable
{
    /// <summary>Full path.</summary>
    public string Path => path;

    /// <summary>SHA-256 of what was fetched, null where nothing had to be.</summary>
    public string? Sha256 => sha256;

    /// <inheritdoc/>
    public void Dispose() => release?.Invoke();
}
