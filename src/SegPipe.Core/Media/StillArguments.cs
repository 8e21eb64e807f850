namespace SegPipe.Media;

/// <summary>The child that decodes the one picture of a file, turned upright as its tags ask.</summary>
public sealed record StillArguments
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>FFmpeg's name of the still picture's format, such as <c>png_pipe</c>; null for a video, of which a second picture is put out too, so that it is noticed.</summary>
    public string? Demuxer { get; init; }

    /// <summary>The 8-bit 4:2:0 format of the samples as they are coded, put out raw; null puts out a PPM, RGB of 8 bits.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build(FfmpegTools tools) =>
    [
        .. FfmpegArguments.Common,
        "-max_pixels", FfmpegArguments.Text(FfmpegArguments.MaxPixels),
        .. Demuxer is null
            ? FfmpegArguments.FileInput(Path)
            : ["-protocol_whitelist", "file", "-format_whitelist", Demuxer, "-f", Demuxer, "-i", $"file:{Path}"],
        "-map", "0:v:0",
        "-frames:v", Demuxer is null ? "2" : "1",
        .. tools.PassthroughArguments,
        .. PixelFormat is null
            ? ["-sws_flags", "bicubic+accurate_rnd+full_chroma_int", "-pix_fmt", "rgb24", "-c:v", "ppm", "-f", "image2pipe"]
            : (string[])["-pix_fmt", PixelFormat, "-c:v", "rawvideo", "-f", "rawvideo"],
        "pipe:1",
    ];
}
