using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>What a file holds.</summary>
public sealed record MediaInfo
{
    /// <summary>Full path.</summary>
    public required string Path { get; init; }

    /// <summary>FFmpeg's name of the container, for example <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</summary>
    public required string Container { get; init; }

    /// <summary>What its container says about times.</summary>
    public PacketTimes Times => Container switch
    {
        "mpeg" or "mpegts" => PacketTimes.Some,
        "avi" => PacketTimes.Decoding,
        "h264" or "hevc" or "m4v" or "mpegvideo" or "mjpeg" or "vc1" or "obu" or "av1" => PacketTimes.None,
        _ => PacketTimes.Presentation,
    };

    /// <summary>Whether packets come with times in the order of decoding only.</summary>
    public bool HasDecodingTimes => Times is PacketTimes.Decoding or PacketTimes.None;

    /// <summary>Duration in seconds, null where unknown.</summary>
    public double? Duration { get; init; }

    /// <summary>The first video track that is not a cover picture.</summary>
    public required VideoTrack Video { get; init; }

    /// <summary>All tracks in the file's order, the video one among them.</summary>
    public required IReadOnlyList<MediaTrack> Tracks { get; init; }

    /// <summary>The file's tags.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }
}

/// <summary>What a container says about the times of a video track's packets.</summary>
public enum PacketTimes
{
    /// <summary>When each picture is shown.</summary>
    Presentation,

    /// <summary>When some of them are shown; what is missing follows from the order and the decoding times.</summary>
    Some,

    /// <summary>When each packet is decoded.</summary>
    Decoding,

    /// <summary>Nothing, as elementary streams; pictures come at the rate that the codec states, or 25 a second, and no place can be looked for.</summary>
    None,
}

/// <summary>What a track holds.</summary>
public enum MediaTrackKind
{
    /// <summary>Video, a cover picture too.</summary>
    Video,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>Subtitles.</summary>
    Subtitles,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>A track of a file.</summary>
/// <param name="Index">Its place in the file.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Codec">FFmpeg's name of the codec, for example <c>aac</c>.</param>
public sealed record MediaTrack(int Index, MediaTrackKind Kind, string Codec);

/// <summary>The video track of a file.</summary>
public sealed record VideoTrack
{
    /// <summary>Its place in the file.</summary>
    public required int Index { get; init; }

    /// <summary>FFmpeg's name of the codec, for example <c>h264</c>.</summary>
    public required string Codec { get; init; }

    /// <summary>Size as coded, before rotation.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>Clockwise degrees (0, 90, 180, 270) by which pictures are to be turned.</summary>
    public int Rotation { get; init; }

    /// <summary>FFmpeg's name of the sample arrangement, for example <c>yuv420p10le</c>; null where unknown.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Bits a sample; 8 where unknown.</summary>
    public int BitDepth { get; init; } = 8;

    /// <summary>Colour tags of the decoded pictures.</summary>
    public required ColorTags Color { get; init; }

    /// <summary>Width over height of a sample; 1/1 where unknown.</summary>
    public Rational SampleAspect { get; init; } = new(1, 1);

    /// <summary>Seconds a tick.</summary>
    public required Rational TimeBase { get; init; }

    /// <summary>Average frames a second, null where unknown.</summary>
    public Rational? FrameRate { get; init; }

    /// <summary>Whether frames differ in duration, as far as the headers tell.</summary>
    public bool IsVariableRate { get; init; }

    /// <summary>First presentation time in ticks, null where unknown.</summary>
    public long? Start { get; init; }

    /// <summary>Duration in ticks, null where unknown.</summary>
    public long? Duration { get; init; }

    /// <summary>Frames that the headers promise, null where they do not.</summary>
    public long? FrameCount { get; init; }

    /// <summary>Whether it is coded as two fields a frame.</summary>
    public bool IsInterlaced { get; init; }
}
