namespace SegPipe.Host.Batch.Storage;

/// <summary>
/// Where a batch's truth lies. A document or a segment's result is there whole or not at all, whatever ends the program that writes it;
/// several programs may use one store at a time.
/// </summary>
internal interface IBatchStore
{
    /// <summary>Folder on this machine that final outputs are written below.</summary>
    string OutputFolder { get; }

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
}
