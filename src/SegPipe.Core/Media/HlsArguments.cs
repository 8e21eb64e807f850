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
        "-f", "hls",
        "-hls_time", FfmpegArguments.Text(SegmentSeconds),
        "-hls_list_size", FfmpegArguments.Text(Window),
        "-hls_delete_threshold", "2",
        // A segment and the playlist have their names only when they are whole.
        "-hls_flags", "delete_segments+temp_file+independent_segments+append_list",
        "-hls_segment_type", Segments == HlsSegments.Fmp4 ? "fmp4" : "mpegts",
        "-hls_fmp4_init_filename", "init.mp4",
        "-hls_segment_filename", Path.Combine(Folder, Segments == HlsSegments.Fmp4 ? "%08d.m4s" : "%08d.ts"),
        Path.Combine(Folder, Playlist),
    ];
}
