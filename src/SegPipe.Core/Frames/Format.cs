using System.Collections.Immutable;

namespace SegPipe.Frames;

/// <summary>What flows over an edge.</summary>
public enum PayloadKind
{
    /// <summary>Coded packets.</summary>
    Packets,

    /// <summary>Pictures, 8 bits a sample.</summary>
    Picture,

    /// <summary>Inputs of one network.</summary>
    Tensor,

    /// <summary>Low-resolution outputs of one network.</summary>
    Logits,

    /// <summary>Class maps, 8 bits a pixel.</summary>
    Labels,
}

/// <summary>Columns and rows of a picture.</summary>
public readonly record struct PictureSize(int Width, int Height)
{
    /// <summary>The size as <c>WxH</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";
}

/// <summary>The input that a stream's packets or pictures come from: what a muxer takes audio, subtitles and tags from.</summary>
/// <param name="Path">File, or null for a live or made input.</param>
/// <param name="Start">First presentation time that is used, in seconds of the input, or null for all of it.</param>
/// <param name="End">Presentation time at which use ends, in seconds of the input, or null for all of it.</param>
public sealed record MediaOrigin(string? Path, double? Start = null, double? End = null);

/// <summary>
/// What is known of every frame of an edge before the first one flows. A frame whose format is another object than its
/// predecessor's begins a new format epoch.
/// </summary>
public abstract record Format
{
    /// <summary>What flows.</summary>
    public abstract PayloadKind Kind { get; }

    /// <summary>Bytes of one frame, or null where frames differ (packets).</summary>
    public abstract int? FrameBytes { get; }

    /// <summary>Seconds a tick of <see cref="FrameHeader.Pts"/>.</summary>
    public required Rational TimeBase { get; init; }

    /// <summary>Average frames a second where the input states them, else null.</summary>
    public Rational? FrameRate { get; init; }

    /// <summary>Frames that the input promises, null where unknown; for progress bars only.</summary>
    public long? FrameCount { get; init; }

    /// <summary>The input that this comes from.</summary>
    public MediaOrigin? Origin { get; init; }

    /// <summary>File name without extension of the still picture that this is or was made from; null for video.</summary>
    public string? Name { get; init; }

    /// <summary>Sizes of the pictures that this was made from, by the id of the component that put them out; the runtime fills it in.</summary>
    public ImmutableDictionary<string, PictureSize> Pictures { get; init; } = ImmutableDictionary<string, PictureSize>.Empty;
}
