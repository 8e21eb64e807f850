namespace SegPipe.Media;

/// <summary>
/// The child that takes packets from a camera. The URL with its password is not among the arguments, which every user of the
/// machine can read, but in a list of one entry that the child reads from its standard input.
/// </summary>
public sealed record RtspFetchArguments
{
    // Decoding times, which containers want to rise, are counted up from before any presentation time: a camera whose clock
    // jumps back keeps its presentation times, which are mended later.
    private const int FirstDecodingTick = -500_000;

    /// <summary>The camera.</summary>
    public required RtspAddress Address { get; init; }

    /// <summary>How the pictures travel.</summary>
    public RtspTransport Transport { get; init; }

    /// <summary>What the child reads from its standard input.</summary>
    public string Script() => string.Join('\n', Lines()) + "\n";

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build() =>
    [
        "-nostdin", "-hide_banner", "-nostats",
        // At this level it describes the stream that it found.
        "-v", "info",
        "-copyts",
        "-max_pixels", FfmpegArguments.Text(FfmpegArguments.MaxPixels),
        "-protocol_whitelist", "pipe,tcp,udp,rtp,tls",
        "-format_whitelist", "concat,rtsp",
        // Left alone, FFmpeg collects twenty pictures to guess a frame rate that the camera states.
        "-fpsprobesize", "0",
        "-f", "concat", "-safe", "0", "-i", "pipe:0",
        "-map", "0:v:0",
        "-c", "copy",
        "-bsf:v", $"setts=dts=N+{FfmpegArguments.Text(FirstDecodingTick)}",
        "-output_ts_offset", FfmpegArguments.Text(Carrier.OffsetSeconds),
        .. FfmpegArguments.PromptNutOutput,
    ];

    private IEnumerable<string> Lines()
    {
        yield return "ffconcat version 1.0";
        yield return $"file '{Address.FullUrl.Replace("'", @"'\''", StringComparison.Ordinal)}'";
        yield return "option allowed_media_types video";
        yield return "option fpsprobesize 0";
        yield return $"option rtsp_transport {(Transport switch { RtspTransport.Tcp => "tcp", RtspTransport.Udp => "udp", _ => "tcp+udp" })}";
        if (Transport == RtspTransport.Auto)
            yield return "option rtsp_flags prefer_tcp";
    }
}
