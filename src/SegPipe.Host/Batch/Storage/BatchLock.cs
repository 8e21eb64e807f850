namespace SegPipe.Host.Batch.Storage;

/// <summary>Keeps two runs out of one folder; the system gives it back when its holder ends, however that happens.</summary>
internal sealed class BatchLock : IDisposable
{
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private BatchLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a folder, whose state is made where there is none.</summary>
    /// <exception cref="SegPipeException">75 if another run holds it, 73 or 74 if it cannot be made.</exception>
    public static async Task<BatchLock> TakeAsync(FolderStore store, TimeProvider time, CancellationToken abort)
    {
        AtomicFile.Guard(store.LockPath, () => Directory.CreateDirectory(Path.GetDirectoryName(store.LockPath)!));
        for (var tries = 1; ; tries++)
        {
            if (TryOpen(store.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite) is { } file) return new(file);
            // Who only asks whether a run goes on holds it for a moment, too.
            if (tries == Tries) throw new SegPipeException(ExitCode.Resumable, $"Another run works in {store.OutputFolder}.", $"See how far it is: segpipe batch status {store.OutputFolder}");
            await Task.Delay(Pause, time, abort).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a run holds the lock now.</summary>
    public static bool IsHeld(FolderStore store)
    {
        if (!File.Exists(store.LockPath)) return false;
        using var file = TryOpen(store.LockPath, FileMode.Open, FileAccess.Read);
        return file is null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return new(path, mode, access, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{path} cannot be opened: {e.Message}", "Check the folder's owner and permissions.", e);
        }
    }
}
