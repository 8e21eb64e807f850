namespace SegPipe.Outputs;

/// <summary>
/// A file that is written under <c>NAME.partial</c> and gets its name when it is complete; disposed before that, it is gone. One that
/// grows with a live stream is never complete: it has its final name from the start, and a later run appends to it.
/// </summary>
public sealed class PartialFile : IDisposable
{
    // ENOSPC and EDQUOT, as .NET hands them through on Unix.
    private const int NoSpace = 28, OverQuota = 122;

    private readonly string _written;
    private readonly bool _growing, _durable;
    private FileStream? _stream;

    /// <summary>Creates the file, and its folder where that is missing.</summary>
    /// <param name="path">Final name.</param>
    /// <param name="growing">Whether it has its final name from the start.</param>
    /// <param name="durable">Whether what it holds survives a power cut once it has its final name; the folder is the caller's to synchronise.</param>
    /// <exception cref="SegPipeException">73 if it cannot be created.</exception>
    public PartialFile(string path, bool growing = false, bool durable = false)
    {
        Path = path;
        (_growing, _durable) = (growing, durable);
        _written = growing ? path : path + ".partial";
        OutputPath.MakeFolder(System.IO.Path.GetDirectoryName(path)!);
        if (Directory.Exists(path)) throw new SegPipeException(ExitCode.CannotCreate, $"The output {path} is a folder.", "Name a file.");
        try
        {
            _stream = new FileStream(_written, growing ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputPath.CannotCreate(path, e);
        }
    }

    /// <summary>Final name.</summary>
    public string Path { get; }

    /// <summary>Writes to the end of the file.</summary>
    /// <exception cref="SegPipeException">74 if the disk is full or refuses.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream!.Write(bytes);
        }
        catch (IOException e)
        {
            throw WriteFailed(e);
        }
    }

    /// <summary>Hands what was written to the system, so that others see it.</summary>
    /// <exception cref="SegPipeException">74 if the disk is full or refuses.</exception>
    public void Flush()
    {
        try
        {
            _stream!.Flush();
        }
        catch (IOException e)
        {
            throw WriteFailed(e);
        }
    }

    /// <summary>Closes the file and gives it its final name, in place of an older one.</summary>
    /// <exception cref="SegPipeException">74 if the disk is full or refuses.</exception>
    public void Complete()
    {
        Flush();
        try
        {
            if (_durable) _stream!.Flush(flushToDisk: true);
            _stream!.Dispose();
            _stream = null;
            if (!_growing) File.Move(_written, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFailed(e);
        }
    }

    /// <summary>Removes a file that was not completed.</summary>
    public void Dispose()
    {
        if (_stream is null) return;
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What the buffer still held belongs to a file that is removed anyway.
        }

        _stream = null;
        if (!_growing) File.Delete(_written);
    }

    private SegPipeException WriteFailed(Exception inner) => inner.HResult is NoSpace or OverQuota
        ? new SegPipeException(ExitCode.IoError, $"The disk is full: {Path} could not be written.", "Free some space and run again.", inner)
        : new SegPipeException(ExitCode.IoError, $"{Path} could not be written: {inner.Message}", "Check the disk.", inner);
}
