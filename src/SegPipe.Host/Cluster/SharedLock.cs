using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Cluster;

/// <summary>Locks on files, which the system gives back however their holder ends: workers share a batch's, which keeps <c>segpipe batch</c> out of it.</summary>
internal static class SharedLock
{
    /// <summary>Takes a batch's lock beside other workers.</summary>
    /// <exception cref="SegPipeException">74 while <c>segpipe batch</c> holds it.</exception>
    public static IDisposable Take(string batch) =>
        Open(new FolderStore(batch).LockPath, FileAccess.Read, FileShare.Read, held => new(ExitCode.IoError, $"A `segpipe batch` works in {batch}.", "It is tried again in a while.", held));

    /// <summary>Takes a job's lock, which nobody else has then, to join it.</summary>
    /// <exception cref="JoinHeldException">Somebody has it.</exception>
    public static IDisposable TakeJoin(string path, string job) => Open(path, FileAccess.ReadWrite, FileShare.None, held => new JoinHeldException(job, held));

    private static FileStream Open(string path, FileAccess access, FileShare share, Func<IOException, SegPipeException> otherwise)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException held)
        {
            throw otherwise(held);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{path} cannot be opened: {refused.Message}", "Check the folder's owner and permissions.", refused);
        }
    }
}
