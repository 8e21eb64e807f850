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
    /// <summary>Address with its login.</summary>
    public required string Url { get; init; }

    /// <summary>How packets travel.</summary>
    public PushTransport Transport { get; init; }

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build() =>
    [
        .. FfmpegArguments.Common,
        "-copyts",
        "-itsoffset", FfmpegArguments.Text(-Carrier.OffsetSeconds),
        .. FfmpegArguments.NutInput,
        "-map", "0:v:0",
        "-c", "copy",
        "-f", "rtsp",
        "-rtsp_transport", Transport == PushTransport.Tcp ? "tcp" : "udp",
        Url,
    ];
}
