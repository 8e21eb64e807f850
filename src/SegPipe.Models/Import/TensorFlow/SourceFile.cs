namespace SegPipe.Models.Import.TensorFlow;

/// <summary>Reads files and turns what the system says against it into errors that a person can act on.</summary>
internal static class SourceFile
{
    /// <summary>The content of a file that may not be larger than what its kind ever is.</summary>
    /// <exception cref="SegPipeException">65 too large, 74 unreadable.</exception>
    public static byte[] Bytes(string path, long most) => Try(path, () =>
    {
        var length = Length(path);
        return length <= most ? File.ReadAllBytes(path) : throw Damage.At(path, most, $"it goes on for {length} bytes, where {most} are the most");
    });

    /// <summary>A piece of a file.</summary>
    /// <exception cref="SegPipeException">65 with the entry's name where the file does not reach so far, 74 unreadable.</exception>
    public static byte[] Piece(string path, string entry, long offset, long size) => Try(path, () =>
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (offset < 0 || size < 0 || size > Array.MaxLength || offset > length - size) throw Damage.In(path, entry, $"{size} bytes at {offset} go beyond the file's {length}");
        var bytes = new byte[size];
        for (var read = 0; read < bytes.Length;)
        {
            var part = RandomAccess.Read(file, bytes.AsSpan(read), offset + read);
            read += part > 0 ? part : throw Damage.In(path, entry, "the file became shorter");
        }

        return bytes;
    });

    /// <summary>Bytes of a file; of a link, those of the file that it leads to.</summary>
    /// <exception cref="SegPipeException">74 unreadable.</exception>
    public static long Length(string path) => Try(path, () =>
    {
        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    });

    private static T Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{path} cannot be read: {e.Message}", "Check the file's rights and the disk.", e);
        }
    }
}
