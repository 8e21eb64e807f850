namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>A folder of this process for what is on its way from and to S3; what killed processes have left beside it is removed.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "segpipe-", LockName = "lock";

    private readonly FileStream _lock;

    /// <param name="parent">Folder that it lies in.</param>
    /// <exception cref="SegPipeException">73 or 74 where it cannot be made.</exception>
    public ScratchFolder(string parent)
    {
        FullPath = Path.Combine(Path.GetFullPath(parent), $"{Prefix}{Guid.NewGuid():N}");
        FileStream? held = null;
        AtomicFile.Guard(FullPath, () =>
        {
            Directory.CreateDirectory(FullPath);
            held = new(Path.Combine(FullPath, LockName), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            foreach (var other in Directory.EnumerateDirectories(Path.GetFullPath(parent), $"{Prefix}{new string('?', 32)}")) Sweep(other);
        });
        _lock = held!;
    }

    /// <summary>Where callers without a choice put theirs.</summary>
    public static string DefaultParent =>
        Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "segpipe", "s3");

    /// <summary>Its full path.</summary>
    public string FullPath { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        Remove(FullPath);
    }

    private static void Sweep(string other)
    {
        try
        {
            // Who has just begun has no lock yet for a moment.
            var path = Path.Combine(other, LockName);
            if (!File.Exists(path)) return;
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        }
        catch (IOException)
        {
            return;
        }
        Remove(other);
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // The next one removes it.
        }
    }
}
