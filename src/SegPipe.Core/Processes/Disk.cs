namespace SegPipe.Processes;

/// <summary>Makes sure that what was written survives a power cut.</summary>
public static class Disk
{
    /// <summary>Writes a file or folder through to the disk.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Synchronise(string path)
    {
        var file = NativeMethods.Open(path, flags: 0);
        if (file < 0)
            throw new IOException($"{path} cannot be opened to be written through.");
        var failed = NativeMethods.Synchronise(file) != 0;
        _ = NativeMethods.Close(file);
        if (failed)
            throw new IOException($"{path} cannot be written through to the disk.");
    }
}
