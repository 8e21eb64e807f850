using System.Text;
using SegPipe.Processes;

namespace SegPipe.Host.Batch.Storage;

/// <summary>Writes files that are there whole or not at all, also after a power cut.</summary>
internal static class AtomicFile
{
    // ENOSPC and EDQUOT, as .NET hands them through on Unix.
    private const int NoSpace = 28, OverQuota = 122;

    /// <summary>Writes a file under another name, through to the disk, and renames it into place.</summary>
    /// <exception cref="SegPipeException">74 if the disk is full or refuses, 73 if the folder cannot be made.</exception>
    public static void Write(string path, string text)
    {
        var folder = Path.GetDirectoryName(path)!;
        // In containers that share a folder every process may have the same number.
        var temporary = $"{path}.tmp-{Environment.MachineName}-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
        Guard(path, () =>
        {
            Directory.CreateDirectory(folder);
            try
            {
                using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
                {
                    file.Write(Encoding.UTF8.GetBytes(text));
                    file.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            catch (IOException)
            {
                File.Delete(temporary);
                throw;
            }
            Disk.Synchronise(folder);
        });
    }

    /// <summary>Does something with files, and tells its failure as a person can act on it.</summary>
    /// <exception cref="SegPipeException">74 if the disk is full or refuses, 73 if something may not be made.</exception>
    public static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (IOException e)
        {
            throw e.HResult is NoSpace or OverQuota
                ? new SegPipeException(ExitCode.IoError, $"The disk is full: {path} could not be written.", "Free some space.", e)
                : new SegPipeException(ExitCode.IoError, $"{path} could not be written: {e.Message}", "Check the disk.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{path} cannot be written: {e.Message}", "Check the folder's owner and permissions.", e);
        }
    }
}
