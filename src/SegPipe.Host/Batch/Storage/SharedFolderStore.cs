using SegPipe.Host.Cluster;

namespace SegPipe.Host.Batch.Storage;

/// <summary>What inputs and outputs are in a folder, and what several machines need beyond that.</summary>
internal sealed partial class FolderStore
{
    /// <inheritdoc/>
    public string Name => OutputFolder;

    /// <inheritdoc/>
    public string Address => new Uri(OutputFolder).AbsoluteUri;

    /// <inheritdoc/>
    public Task<InputStamp?> StampAsync(string input, CancellationToken abort) =>
        Task.FromResult(new FileInfo(input) is { Exists: true } file ? new InputStamp(file.Length, new(file.LastWriteTimeUtc, TimeSpan.Zero)) : null);

    /// <inheritdoc/>
    public Task<StoredInput> InputAsync(string input, CancellationToken abort) => Task.FromResult(new StoredInput(input, null, null));

    /// <inheritdoc/>
    public string NameOf(string output) => output;

    /// <inheritdoc/>
    public Task<bool> HoldsAsync(IReadOnlyList<JobOutput> outputs, CancellationToken abort) => Task.FromResult(outputs.All(o => o.IsIn(OutputFolder)));

    /// <inheritdoc/>
    public Task FinishAsync(string job, JobDone done, CancellationToken abort) => WriteAsync(BatchNames.Done(job), done, abort);

    /// <inheritdoc/>
    public Task RemoveOutputAsync(JobOutput output, string mark, CancellationToken abort)
    {
        output.RemoveFrom(OutputFolder, mark);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveHalfAsync(string path, string mark, CancellationToken abort)
    {
        JobOutput.RemoveHalf(OutputFolder, path, mark);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> ReadTextAsync(string name, CancellationToken abort)
    {
        var path = Path.Combine(_state, name);
        return Task.FromResult(File.Exists(path) ? File.ReadAllText(path) : null);
    }

    /// <inheritdoc/>
    public Task WriteTextAsync(string name, string text, CancellationToken abort)
    {
        AtomicFile.Write(Path.Combine(_state, name), text);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IDisposable Share() => SharedLock.Take(OutputFolder);

    /// <inheritdoc/>
    // A worker that was stopped in a join, and another that was given it since, must not write one file.
    public Task<IDisposable> ShareJoinAsync(string job, TimeProvider time, CancellationToken abort) =>
        Task.FromResult(SharedLock.TakeJoin(Path.Combine(_state, "jobs", job, "join.lock"), job));

    /// <inheritdoc/>
    public IDisposable Claim(string job, int part, string worker, TimeProvider time) => Claims.Take(OutputFolder, job, part, worker, time);

    /// <inheritdoc/>
    public Task<IReadOnlySet<int>> ClaimedAsync(string job, CancellationToken abort) => Task.FromResult(Claims.Live(OutputFolder, job));
}
