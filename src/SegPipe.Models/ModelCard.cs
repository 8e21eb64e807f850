using SegPipe.Frames;

namespace SegPipe.Models;

/// <summary>How a picture is fitted into a network's input.</summary>
public enum PictureFit
{
    /// <summary>Width and height are scaled separately.</summary>
    Stretch,

    /// <summary>Scaled to fit inside, the rest is filled.</summary>
    Letterbox,

    /// <summary>Scaled to cover, the rest is cut off.</summary>
    Crop,
}

/// <summary>Order of a network's colour channels.</summary>
public enum ChannelOrder
{
    /// <summary>Red first.</summary>
    Rgb,

    /// <summary>Blue first.</summary>
    Bgr,
}

/// <summary>What a network wants to be given: <c>(sample / 255 − mean) · scale</c> for float32, the sample itself for uint8.</summary>
public sealed record CardInput
{
    /// <summary>Name of the graph's input.</summary>
    public required string Name { get; init; }

    /// <summary>Columns and rows, each 1–16384.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>Order of the axes after the batch.</summary>
    public required TensorLayout Layout { get; init; }

    /// <summary>Type of the elements.</summary>
    public required ElementType Element { get; init; }

    /// <summary>Order of the colour channels.</summary>
    public required ChannelOrder Order { get; init; }

    /// <summary>Three means in 0–1, in the order of the channels.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Three factors, in the order of the channels.</summary>
    public required IReadOnlyList<float> Scale { get; init; }

    /// <summary>How the picture is fitted.</summary>
    public required PictureFit Fit { get; init; }
}

/// <summary>What a network puts out.</summary>
public sealed record CardOutput
{
    /// <summary>Name of the graph's output.</summary>
    public required string Name { get; init; }

    /// <summary>Scores (float32, one plane a class) or classes.</summary>
    public required LogitsContent Kind { get; init; }

    /// <summary>Columns and rows of cells.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>How cells map to the input.</summary>
    public required CoordinateRule Coordinates { get; init; }
}

/// <summary>
/// What an ONNX file does not say by itself: preprocessing, output and classes of a model, from the metadata entry
/// <c>segpipe.card</c> (JSON) or from <c>NAME.card.yaml</c> beside the file.
/// </summary>
public sealed record ModelCard
{
    /// <summary>Key of the metadata entry.</summary>
    public const string MetadataKey = "segpipe.card";

    /// <summary>Name for people and for <c>--model</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Family of the architecture, for example <c>pp_mobileseg_tiny</c>.</summary>
    public required string Family { get; init; }

    /// <summary>The network's input.</summary>
    public required CardInput Input { get; init; }

    /// <summary>The network's output.</summary>
    public required CardOutput Output { get; init; }

    /// <summary>The classes, in the order of the output's planes.</summary>
    public required ClassTable Classes { get; init; }

    /// <summary>Pictures that an inference may take at once; null for any number.</summary>
    public required int? Batch { get; init; }

    /// <summary>What the model was trained on.</summary>
    public string? Training { get; init; }

    /// <summary>How the network was quantised by SegPipe; null for any other one.</summary>
    public string? Quantisation { get; init; }

    /// <summary>Licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>Where the weights come from.</summary>
    public string? Source { get; init; }

    /// <summary>SHA-256 of the file that the weights come from, in hexadecimal.</summary>
    public string? Sha256 { get; init; }
}
