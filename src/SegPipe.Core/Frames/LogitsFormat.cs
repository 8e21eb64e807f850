namespace SegPipe.Frames;

/// <summary>How a low-resolution cell's centre maps to the network's input.</summary>
public enum CoordinateRule
{
    /// <summary>source = (x + 0.5) · scale − 0.5.</summary>
    HalfPixel,

    /// <summary>source = x · scale.</summary>
    Asymmetric,

    /// <summary>source = x · (in − 1) / (out − 1).</summary>
    AlignCorners,
}

/// <summary>What a network puts out.</summary>
public enum LogitsContent
{
    /// <summary>float32, NCHW: one plane a class.</summary>
    Logits,

    /// <summary>One byte a cell: the class.</summary>
    Labels,
}

/// <summary>Low-resolution outputs of one network, batch 1.</summary>
public sealed record LogitsFormat : Format
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Logits;

    /// <inheritdoc/>
    public override int? FrameBytes => checked(Size.Width * Size.Height * (Content == LogitsContent.Logits ? 4 * Classes.Count : 1));

    /// <summary>Scores or classes.</summary>
    public LogitsContent Content { get; init; }

    /// <summary>Columns and rows of cells.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>Size of the network's input.</summary>
    public required PictureSize InputSize { get; init; }

    /// <summary>How cells map to the input.</summary>
    public CoordinateRule Coordinates { get; init; }

    /// <summary>The classes, in the order of the planes.</summary>
    public required ClassTable Classes { get; init; }

    /// <summary>Id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Where the picture lies in the network's input.</summary>
    public required Placement Placement { get; init; }
}
