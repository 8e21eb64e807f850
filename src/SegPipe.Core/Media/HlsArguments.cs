namespace SegPipe.Media;

/// <summary>Containers of HLS segments.</summary>
public enum HlsSegments
{
    /// <summary>Fragmented MP4.</summary>
    Fmp4,

    /// <summary>MPEG transport stream.</summary>
    Ts,
}

/// <summary>The child that writes packets as HLS: segments and a playlist that is replaced in one step.</summary>
public sealed record HlsArguments
{
    /// <summary>Full path of the folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Container of the segments.</summary>
    public HlsSegments Segments { get; init; }

    /// <summary>Least seconds of a segment; it ends before the next key packet.</summary>
    public required double SegmentSeconds { get; init; }

    /// <summary>Segments in the playlist; older ones are deleted.</summary>
    public required int Window { get; init; }

    /// <summary>Number of the first segment; above zero, others came before, and it stands behind a discontinuity.</summary>
    public required long FirstNumber { get; init; }

    /// <summary>FFmpeg's name of the codec.</summary>
    public required string Codec { get; init; }

    /// <summary>Name of the playlist in the folder.</summary>
    public const string Playlist = "index.m3u8";

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build() =>
    [
        .. FfmpegArguments.Common,
        "-copyts",
        "-itsoffset", FfmpegArguments.Text(-Carrier.OffsetSeconds),
        .. FfmpegArguments.NutInput,
        "-map", "0:v:0",
        "-c", "copy",
        // The tag that Apple's players ask for.
        .. Codec == "hevc" && Segments == HlsSegments.Fmp4 ? ["-tag:v", "hvc1"] : Array.Empty<string>(),
        "-f", "hls",
        "-hls_time", FfmpegArguments.Text(SegmentSeconds),
        "-hls_list_size", FfmpegArguments.Text(Window),
        "-hls_delete_threshold", "2",
        // A segment and the playlist have their names only when they are whole. The end is for us to say: a new format or a new child is none.
        "-hls_flags", "delete_segments+temp_file+independent_segments+omit_endlist" + (FirstNumber > 0 ? "+discont_start" : ""),
        "-start_number", FfmpegArguments.Text(FirstNumber),
        "-hls_segment_type", Segments == HlsSegments.Fmp4 ? "fmp4" : "mpegts",
        "-hls_fmp4_init_filename", $"init-{FirstNumber:00000000}.mp4",
        "-hls_segment_filename", Path.Combine(Folder, Segments == HlsSegments.Fmp4 ? "%08d.m4s" : "%08d.ts"),
        Path.Combine(Folder, Playlist),
    ];
}
