namespace SegPipe.Sources.Still;

/// <summary>Still picture formats, told by how their files begin.</summary>
internal static class StillFormats
{
    /// <summary>Extensions that a folder is searched for; <c>.mkv</c> for lossless single pictures in a video's own samples.</summary>
    public static readonly IReadOnlyList<string> Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".gif", ".mkv"];

    /// <summary>FFmpeg's demuxer for a file that begins like this, or null if it is none of these formats.</summary>
    public static string? DemuxerFor(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])) return "png_pipe";
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "jpeg_pipe";
        if (start.StartsWith("BM"u8)) return "bmp_pipe";
        if (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8)) return "webp_pipe";
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8)) return "tiff_pipe";
        if (start.StartsWith("GIF8"u8)) return "gif";
        if (start.StartsWith("P6"u8)) return "ppm_pipe";
        return start.StartsWith("P5"u8) ? "pgm_pipe" : null;
    }
}
