using System.Buffers.Binary;

namespace SegPipe.Testing;

/// <summary>Small video files with particular traits, made by FFmpeg.</summary>
public static class TestClips
{
    /// <summary>Writes a clip of FFmpeg's test picture; the extension chooses the container.</summary>
    /// <param name="path">File to write.</param>
    /// <param name="arguments">Encoder and output arguments, separated by single blanks.</param>
    /// <param name="source">Size, rate and duration of <c>testsrc2</c>.</param>
    public static string Write(string path, string arguments, string source = "s=64x48:r=25:d=1")
    {
        Tool.Ffmpeg($"-f lavfi -i testsrc2={source} {arguments}", path);
        return path;
    }

    /// <summary>Sets the display matrix of an MP4's only track, so that players turn it clockwise.</summary>
    public static string Rotate(string path, int degrees)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf("tkhd"u8);
        var (cos, sin) = degrees switch { 90 => (0, 1), 180 => (-1, 0), 270 => (0, -1), _ => (1, 0) };
        // A version 0 header: version, flags, times, id, duration and volume take 44 bytes behind the name.
        var matrix = bytes.AsSpan(at + 4 + 40, 36);
        foreach (var (index, value) in new[] { (0, cos), (1, sin), (3, -sin), (4, cos) })
            BinaryPrimitives.WriteInt32BigEndian(matrix[(4 * index)..], value << 16);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
