namespace SegPipe.Frames;

/// <summary>Coded packets of one video stream.</summary>
public sealed record PacketsFormat : Format
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Packets;

    /// <inheritdoc/>
    public override int? FrameBytes => null;

    /// <summary>FFmpeg's name of the codec, for example <c>h264</c>.</summary>
    public required string Codec { get; init; }

    /// <summary>The codec's tag in NUT.</summary>
    public required ReadOnlyMemory<byte> FourCc { get; init; }

    /// <summary>Codec-specific data that precedes the packets.</summary>
    public ReadOnlyMemory<byte> Extradata { get; init; }

    /// <summary>Size as coded, before rotation.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>Whether time stamps are those of decoding, because the container has no others (AVI): pictures take them in rising order.</summary>
    public bool HasDecodingTimes { get; init; }

    /// <summary>Packets by which decoding order may run ahead of presentation order.</summary>
    public int DecodeDelay { get; init; }

    /// <summary>Clockwise degrees (0, 90, 180, 270) by which the decoded picture is to be turned.</summary>
    public int Rotation { get; init; }

    /// <summary>FFmpeg's name of the samples that the codec holds, for example <c>yuv420p10le</c>; null where unknown.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Colour tags.</summary>
    public required ColorTags Color { get; init; }

    /// <summary>Width over height of a sample; 1/1 where unknown.</summary>
    public Rational SampleAspect { get; init; } = new(1, 1);

    /// <summary>Seconds a tick in the original file, of which <see cref="Format.TimeBase"/> may be a fraction.</summary>
    public Rational? OriginalTimeBase { get; init; }
}
