namespace SegPipe.Media;

/// <summary>The child that takes packets out of a file; it has no decoder to do.</summary>
public sealed record FetchArguments
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Index of the track.</summary>
    public required int Track { get; init; }

    /// <summary>What the container says about times; what it does not say is made up for.</summary>
    public PacketTimes Times { get; init; }

    /// <summary>Presentation time in seconds to start at; packets begin at the key packet before it.</summary>
    public double? Start { get; init; }

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build() =>
    [
        .. FfmpegArguments.Common,
        "-copyts",
        .. Times == PacketTimes.Some ? ["-fflags", "+genpts"] : Array.Empty<string>(),
        .. Start is { } start && Times != PacketTimes.None ? ["-seek_timestamp", "1", "-ss", FfmpegArguments.Text(start)] : Array.Empty<string>(),
        "-max_pixels", FfmpegArguments.Text(FfmpegArguments.MaxPixels),
        .. FfmpegArguments.FileInput(Path),
        "-map", $"0:{Track}",
        "-c", "copy",
        "-copypriorss", "1",
        .. Rewritten is { } times ? ["-bsf:v", times] : Array.Empty<string>(),
        "-output_ts_offset", FfmpegArguments.Text(Carrier.OffsetSeconds),
        // Left alone, FFmpeg would move times that are too early for NUT, and nobody would know by how much.
        "-avoid_negative_ts", "disabled",
        .. FfmpegArguments.NutOutput,
    ];

    private string? Rewritten => Times switch
    {
        PacketTimes.Some => FfmpegArguments.GoingOn,
        PacketTimes.Decoding => "setts=pts=DTS",
        PacketTimes.None => @"setts=ts=if(N\,PREV_OUTDTS+PREV_INDURATION\,0)",
        _ => null,
    };
}
