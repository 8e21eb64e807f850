namespace SegPipe.Frames;

/// <summary>Type of a tensor's elements.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>Unsigned bytes.</summary>
    UInt8,
}

/// <summary>Order of a tensor's axes after the batch.</summary>
public enum TensorLayout
{
    /// <summary>Channels, rows, columns.</summary>
    Nchw,

    /// <summary>Rows, columns, channels.</summary>
    Nhwc,
}

/// <summary>Where the picture lies in the network's input, in its pixels: outside of it (letterbox) or beyond its edges (crop).</summary>
public readonly record struct Placement(double X, double Y, double Width, double Height);

/// <summary>Inputs of one network, batch 1.</summary>
public sealed record TensorFormat : Format
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Tensor;

    /// <inheritdoc/>
    public override int? FrameBytes => checked(Channels * Size.Width * Size.Height * (Element == ElementType.Float32 ? 4 : 1));

    /// <summary>Type of the elements.</summary>
    public ElementType Element { get; init; } = ElementType.Float32;

    /// <summary>Order of the axes.</summary>
    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Colour channels.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Columns and rows.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>Id of the model that this is made for, null where width and height were given by hand.</summary>
    public string? Model { get; init; }

    /// <summary>Where the picture lies in the tensor.</summary>
    public required Placement Placement { get; init; }
}
