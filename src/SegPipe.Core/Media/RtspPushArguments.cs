namespace SegPipe.Media;

/// <summary>How pushed packets travel.</summary>
public enum PushTransport
{
    /// <summary>Interleaved in the connection.</summary>
    Tcp,

    /// <summary>In datagrams beside it.</summary>
    Udp,
}

/// <summary>The child that pushes packets to an RTSP server.</summary>
public sealed record RtspPushArguments
{
    /// <summary>Where to, and who. Unlike a camera's, which is read from standard input, FFmpeg takes it as an argument only, which users of the same machine can see.</summary>
    public required RtspAddress Address { get; init; }

    /// <summary>How packets travel.</summary>
    public PushTransport Transport { get; init; }

    /// <summary>Whether the stream's header is whole, so that nothing needs to be looked at before the first packet is sent.</summary>
    public bool HasHeader { get; init; }

    /// <summary>What the child says when the server takes the stream.</summary>
    public const string ConnectedText = "Output #0, rtsp";

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build() =>
    [
        "-nostdin", "-hide_banner", "-nostats",
        // At this level it says when it is connected.
        "-v", "info",
        "-copyts",
        .. HasHeader ? FfmpegArguments.PromptStart : [],
        "-itsoffset", FfmpegArguments.Text(-Carrier.OffsetSeconds),
        .. FfmpegArguments.NutInput,
        "-map", "0:v:0",
        "-c", "copy",
        "-f", "rtsp",
        "-rtsp_transport", Transport == PushTransport.Tcp ? "tcp" : "udp",
        Address.FullUrl,
    ];
}
