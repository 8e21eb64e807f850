namespace SegPipe.Frames;

/// <summary>Arrangement of a picture's samples.</summary>
public enum PictureLayout
{
    /// <summary>Planes Y, U, V without padding; chroma (w+1)/2 × (h+1)/2.</summary>
    I420,

    /// <summary>Planes R, G, B of full size, full range, without padding: still pictures, so that they lose nothing.</summary>
    Rgb,
}

/// <summary>Upright pictures, 8 bits a sample.</summary>
public sealed record PictureFormat : Format
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Picture;

    /// <inheritdoc/>
    public override int? FrameBytes => Layout == PictureLayout.Rgb
        ? checked(3 * Size.Width * Size.Height)
        : checked(Size.Width * Size.Height + 2 * ((Size.Width + 1) / 2) * ((Size.Height + 1) / 2));

    /// <summary>Arrangement of the samples.</summary>
    public PictureLayout Layout { get; init; } = PictureLayout.I420;

    /// <summary>Columns and rows.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>Colour tags.</summary>
    public required ColorTags Color { get; init; }

    /// <summary>Width over height of a sample.</summary>
    public Rational SampleAspect { get; init; } = new(1, 1);

    /// <summary>Seconds a tick in the original file, which containers are asked to keep.</summary>
    public Rational? OriginalTimeBase { get; init; }
}
