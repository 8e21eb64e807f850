using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Cluster;

/// <summary>Locks on files, which the system gives back however their holder ends: workers share a batch's, which keeps <c>segpipe batch</c> out of it.</summary>
internal static class SharedLock
{
    /// <summary>Takes a batch's lock beside other workers.</summary>
    /// <exception cref="SegPipeException">74 while <c>segpipe batch</c> holds it.</exception>
    public static IDisposable Take(string batch) =>
        Open(new FolderStore(batch).LockPath, FileAccess.Read, FileShare.Read, $"A `segpipe batch` works in {batch}.");

    /// <summary>Takes a lock that nobody else has.</summary>
    /// <exception cref="SegPipeException">74 while somebody has it.</exception>
    public static IDisposable TakeAlone(string path, string otherwise) => Open(path, FileAccess.ReadWrite, FileShare.None, otherwise);

    private static FileStream Open(string path, FileAccess access, FileShare share, string otherwise)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException held)
        {
            throw new SegPipeException(ExitCode.IoError, otherwise, "It is tried again in a while.", held);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{path} cannot be opened: {refused.Message}", "Check the folder's owner and permissions.", refused);
        }
    }
}
