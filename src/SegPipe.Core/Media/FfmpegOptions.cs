namespace SegPipe.Media;

/// <summary>Which FFmpeg is used.</summary>
public sealed record FfmpegOptions
{
    /// <summary>Path of <c>ffmpeg</c>, or a name that is looked up in PATH; by default <c>SEGPIPE_FFMPEG</c>, else <c>ffmpeg</c>.</summary>
    public string Ffmpeg { get; init; } = FromEnvironment("SEGPIPE_FFMPEG") ?? "ffmpeg";

    /// <summary>Path of <c>ffprobe</c>, or a name that is looked up in PATH; by default <c>SEGPIPE_FFPROBE</c>, else <c>ffprobe</c>.</summary>
    public string Ffprobe { get; init; } = FromEnvironment("SEGPIPE_FFPROBE") ?? "ffprobe";

    private static string? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
