namespace SegPipe.Host.Segmenting;

/// <summary>What an input of <c>segment</c> is.</summary>
internal enum InputKind
{
    /// <summary>A still picture.</summary>
    Picture,

    /// <summary>A video.</summary>
    Video,

    /// <summary>A folder of pictures.</summary>
    Folder,
}

/// <summary>Tells pictures from videos by their first bytes.</summary>
internal static class InputProbe
{
    private static readonly string[] MotionJpeg = [".mjpeg", ".mjpg"];

    /// <summary>What the input is; whatever is not known as a picture is held for a video, which FFmpeg then judges.</summary>
    /// <exception cref="SegPipeException">66 if it is missing, 65 if it is empty, 74 if it cannot be read.</exception>
    public static InputKind KindOf(string path)
    {
        if (Directory.Exists(path)) return InputKind.Folder;
        if (!File.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"{path} does not exist.", "Name a video, a picture or a folder of pictures.");
        Span<byte> head = stackalloc byte[16];
        int length;
        try
        {
            using var file = File.OpenRead(path);
            length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{path} cannot be read: {e.Message}", inner: e);
        }
        if (length == 0) throw new SegPipeException(ExitCode.InputUnusable, $"{path} is empty.", "Name a video or a picture.");
        // A bare stream of JPEGs begins as one JPEG does; here the name alone can tell.
        return IsPicture(head[..length]) && !MotionJpeg.Contains(Path.GetExtension(path).ToLowerInvariant()) ? InputKind.Picture : InputKind.Video;
    }

    private static bool IsPicture(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47])
        || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || head.StartsWith("BM"u8)
        || head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8)
        || (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8))
        || (head.Length >= 3 && head[0] == 'P' && head[1] is >= (byte)'1' and <= (byte)'6' && head[2] is (byte)'\n' or (byte)' ' or (byte)'\r' or (byte)'\t');
}
