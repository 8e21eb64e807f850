using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>The child that writes packets into a container, with the other tracks and the tags of the original.</summary>
public sealed record MuxArguments
{
    /// <summary>The container.</summary>
    public required VideoContainer Container { get; init; }

    /// <summary>Seconds a tick that the container is asked to keep.</summary>
    public required Rational TimeBase { get; init; }

    /// <summary>Full path that is written.</summary>
    public required string Output { get; init; }

    /// <summary>The original, or null where there is none.</summary>
    public MediaOrigin? Original { get; init; }

    /// <summary>Indexes of the original's tracks that are taken over.</summary>
    public IReadOnlyList<int> OriginalTracks { get; init; } = [];

    /// <summary>What the original's container says about times.</summary>
    public PacketTimes OriginalTimes { get; init; }

    /// <summary>Whether the file must be readable as far as it got, because nobody knows when it ends.</summary>
    public bool Growing { get; init; }

    /// <summary>Ticks of the packets from one picture to the next; null where nobody knows, or where the last packet is not the last picture.</summary>
    public long? PictureTicks { get; init; }

    /// <summary>Whether packets come in the order in which they are shown, of a codec for which FFmpeg would guess it from their content.</summary>
    public bool InOrder { get; init; }

    /// <summary>Seconds by which all tracks come later than they are, at least 0.</summary>
    public double Delay { get; init; }

    /// <summary>When it was recorded, or null; an entry of its tags.</summary>
    public DateTime? RecordedAt { get; init; }

    /// <summary>Whether nothing is written that differs from run to run.</summary>
    public bool BitExact { get; init; }

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build() =>
    [
        .. FfmpegArguments.Common,
        "-copyts",
        "-itsoffset", FfmpegArguments.Text(-Carrier.OffsetSeconds),
        .. FfmpegArguments.NutInput,
        .. OriginalInput(),
        "-map", "0:v:0",
        .. OriginalTracks.SelectMany(track => new[] { "-map", $"1:{track}" }),
        .. Original?.Path is not null ? ["-map_metadata", "1", "-map_chapters", "1"] : Array.Empty<string>(),
        "-c", "copy",
        .. Times() is { Length: > 0 } times ? ["-bsf:v:0", "setts=" + times] : Array.Empty<string>(),
        .. OriginalTimes == PacketTimes.Some ? ["-bsf:a", FfmpegArguments.GoingOn] : Array.Empty<string>(),
        // Without it, sound from before the start would come along.
        .. Original?.Start is not null ? ["-copypriorss", "0"] : Array.Empty<string>(),
        .. RecordedAt is { } time ? ["-metadata", $"creation_time={time:yyyy-MM-ddTHH:mm:ss.ffffffZ}"] : Array.Empty<string>(),
        // A fragmented file has no list of edits that could hold times before its beginning.
        .. Delay > 0 ? ["-output_ts_offset", FfmpegArguments.Text(Delay)] : Array.Empty<string>(),
        "-avoid_negative_ts", Growing ? "make_non_negative" : "disabled",
        .. BitExact ? FfmpegArguments.BitExact : Array.Empty<string>(),
        .. Container.Arguments(TimeBase, Growing),
        "-f", Container.Muxer,
        $"file:{Output}",
    ];

    private string Times()
    {
        List<string> set = [];
        // Of seven packets of H.264, of all numbers, FFmpeg guesses nothing, and then counts decoding times up from the first one.
        if (InOrder) set.Add("pts=PTS:dts=PTS");
        // NUT has no durations. In MP4 the last picture would last no time at all, and be one that players throw away.
        if (PictureTicks is { } ticks && Container.IsMov) set.Add($@"duration=if(eq(DURATION\,0)\,{FfmpegArguments.Text(ticks)}\,DURATION)");
        return string.Join(':', set);
    }

    private IEnumerable<string> OriginalInput()
    {
        if (Original?.Path is not { } path)
            return [];
        return
        [
            .. Original.Start is { } start ? ["-seek_timestamp", "1", "-ss", FfmpegArguments.Text(start)] : Array.Empty<string>(),
            .. Original.End is { } end ? ["-to", FfmpegArguments.Text(end)] : Array.Empty<string>(),
            .. FfmpegArguments.FileInput(path),
        ];
    }
}
