namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>Inputs that were fetched: those in use, and the few that were used last, since a video's segments come one after the other.</summary>
/// <param name="objects">The storage.</param>
/// <param name="folder">Folder of this process.</param>
internal sealed class InputCache(S3Objects objects, string folder) : IDisposable
{
    private const int Kept = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private long _uses;

    /// <summary>An input as a file under its own name, fetched where it is not there.</summary>
    /// <exception cref="SegPipeException">66 where it is missing, or whatever fetching it fails by.</exception>
    public async Task<StoredInput> TakeAsync(S3Location input, S3Stamp stamp, CancellationToken abort)
    {
        var entry = Use(BatchNames.HashOf($"{input}\n{stamp.Tag}\n{stamp.Modified.UtcTicks}"), input);
        var taken = false;
        try
        {
            await entry.Fetching.WaitAsync(abort).ConfigureAwait(false);
            try
            {
                entry.Sha256 ??= await objects.FetchAsync(input.Bucket, input.Prefix, entry.Path, abort).ConfigureAwait(false)
                    ?? throw new SegPipeException(ExitCode.InputMissing, $"The input {input} does not exist.", "Check the path.");
            }
            finally
            {
                entry.Fetching.Release();
            }
            taken = true;
            return new(entry.Path, entry.Sha256, () => Leave(entry));
        }
        finally
        {
            if (!taken) Leave(entry);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in _entries.Values) entry.Fetching.Dispose();
    }

    private Entry Use(string key, S3Location input)
    {
        lock (_gate)
        {
            // Videos are told apart by their folder; pipelines see their name.
            if (!_entries.TryGetValue(key, out var entry)) _entries[key] = entry = new(Path.Combine(folder, key, Path.GetFileName(input.Prefix)));
            entry.Users++;
            entry.Used = ++_uses;
            return entry;
        }
    }

    private void Leave(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            foreach (var (key, old) in _entries.Where(e => e.Value.Users == 0).OrderByDescending(e => e.Value.Used).Skip(Kept).ToList())
            {
                _entries.Remove(key);
                old.Fetching.Dispose();
                Remove(Path.GetDirectoryName(old.Path)!);
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // It goes with the folder that it lies in.
        }
    }

    private sealed class Entry(string path)
    {
        public string Path => path;

        public SemaphoreSlim Fetching { get; } = new(1);

        public string? Sha256 { get; set; }

        public int Users { get; set; }

        public long Used { get; set; }
    }
}
