using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>A container that files are written in, chosen by the file's extension.</summary>
public sealed class VideoContainer
{
    private static readonly string[] Mp4Audio = ["aac", "mp3", "ac3", "eac3", "alac", "opus", "flac", "mp2"];

    private static readonly VideoContainer[] All =
    [
        new() { Extension = ".mp4", Muxer = "mp4", Audio = Mp4Audio, Subtitles = ["mov_text"], IsMov = true },
        new() { Extension = ".m4v", Muxer = "mp4", Audio = Mp4Audio, Subtitles = ["mov_text"], IsMov = true },
        new() { Extension = ".mov", Muxer = "mov", Audio = [.. Mp4Audio[..^2], "mp2", "pcm_*"], Subtitles = ["mov_text"], IsMov = true },
        new() { Extension = ".mkv", Muxer = "matroska", Audio = ["*"], Subtitles = ["subrip", "ass", "ssa", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"] },
        new() { Extension = ".ts", Muxer = "mpegts", Audio = ["aac", "mp3", "mp2", "ac3", "eac3", "dts", "opus"], Subtitles = ["dvb_subtitle", "dvb_teletext"] },
        new() { Extension = ".avi", Muxer = "avi", Audio = ["mp3", "mp2", "ac3", "dts", "pcm_s16le", "pcm_u8", "aac"], Subtitles = [] },
    ];

    private VideoContainer()
    {
    }

    /// <summary>Extensions that are known, with their dots.</summary>
    public static IEnumerable<string> Extensions => All.Select(c => c.Extension);

    /// <summary>The extension, with its dot.</summary>
    public required string Extension { get; init; }

    /// <summary>FFmpeg's name of the muxer.</summary>
    public required string Muxer { get; init; }

    internal bool IsMov { get; init; }

    private string[] Audio { get; init; } = [];

    private string[] Subtitles { get; init; } = [];

    /// <summary>The container of a file name, or null where its extension is not known.</summary>
    public static VideoContainer? For(string path) =>
        All.FirstOrDefault(c => path.EndsWith(c.Extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a track of an original can be taken over as it is.</summary>
    public bool CanHold(MediaTrack track) => track.Kind switch
    {
        MediaTrackKind.Audio => Matches(Audio, track.Codec),
        MediaTrackKind.Subtitles => Matches(Subtitles, track.Codec),
        _ => false,
    };

    /// <summary>Whether a file can be read while it is written; an AVI's times are in an index at its end.</summary>
    public bool CanGrow => Muxer != "avi";

    /// <summary>Whether times before zero can be stated; what Matroska cannot state, its readers take for missing.</summary>
    public bool HoldsTimesBeforeZero => Muxer != "matroska";

    /// <summary>The muxer's own arguments.</summary>
    /// <param name="timeBase">Seconds a tick that it is asked to keep.</param>
    /// <param name="growing">Whether what is written must be readable as far as it got, a second ago or later.</param>
    internal IEnumerable<string> Arguments(Rational timeBase, bool growing) =>
        growing ? [.. Arguments(timeBase), .. Growing, "-flush_packets", "1"] : Arguments(timeBase);

    private IEnumerable<string> Growing => Muxer switch
    {
        _ when IsMov => ["-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-frag_duration", "1000000"],
        "matroska" => ["-cluster_time_limit", "1000"],
        _ => [],
    };

    private IEnumerable<string> Arguments(Rational timeBase) => Muxer switch
    {
        // Left alone, the muxer picks its own ticks and rounds to them.
        _ when IsMov => ["-video_track_timescale", FfmpegArguments.Text(timeBase.Den)],
        // Left alone, the muxer moves all times by 1.4 s.
        "mpegts" => ["-muxdelay", "0", "-muxpreload", "0"],
        _ => [],
    };

    private static bool Matches(string[] patterns, string codec) => patterns.Any(p =>
        p.EndsWith('*') ? codec.StartsWith(p[..^1], StringComparison.Ordinal) : p == codec);
}
