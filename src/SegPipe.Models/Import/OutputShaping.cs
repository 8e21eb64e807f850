using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import;

/// <summary>An output in the form that cards describe.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Scores or classes.</param>
/// <param name="Size">Columns and rows of cells.</param>
/// <param name="Planes">Number of classes of logits; null for class maps, which do not tell.</param>
internal sealed record ShapedOutput(string Name, LogitsContent Kind, PictureSize Size, int? Planes);

/// <summary>Makes a value the output of a graph: logits as float32 NCHW, class maps as whole numbers.</summary>
internal static class OutputShaping
{
    /// <summary>Appends what the form needs and drops what the output does not.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="head">Where the network ends.</param>
    /// <param name="input">Columns and rows of its input.</param>
    /// <param name="classes">Number of classes where it is stated, which helps to tell the axes apart.</param>
    /// <exception cref="SegPipeException">65 where the value has no form of logits or class maps.</exception>
    public static ShapedOutput Apply(OnnxGraphBuilder builder, Head head, PictureSize input, int? classes)
    {
        var shape = head.Tensor.Shape.Select(axis => axis ?? 0).ToArray();
        if (shape.Contains(0)) throw Unusable(head, "has axes whose length depends on the picture");
        var output = IsClassMap(head.Tensor.Element, shape) ? ClassMap(builder, head, shape) : Logits(builder, head, shape, input, classes);
        GraphPruning.Prune(builder.Graph);
        return output;
    }

    private static bool IsClassMap(string element, long[] shape) => !element.StartsWith("float", StringComparison.Ordinal) || (shape.Length == 3 && shape[0] == 1);

    private static ShapedOutput ClassMap(OnnxGraphBuilder builder, Head head, long[] shape)
    {
        if (shape is not ([1, _, _] or [1, 1, _, _] or [1, _, _, 1])) throw Unusable(head, "is no class map of one picture");
        var size = shape is [1, 1, _, _] ? new PictureSize((int)shape[3], (int)shape[2]) : new PictureSize((int)shape[2], (int)shape[1]);
        var known = head.Tensor.Element switch
        {
            "uint8" => OnnxType.UInt8,
            "int32" => OnnxType.Int32,
            "int64" => OnnxType.Int64,
            _ => (OnnxType?)null,
        };
        var value = known is null ? builder.Node("Cast", [head.Value], "labels", ("to", (int)OnnxType.Int32)) : head.Value;
        Replace(builder, value, known ?? OnnxType.Int32, shape);
        return new(value, LogitsContent.Labels, size, null);
    }

    private static ShapedOutput Logits(OnnxGraphBuilder builder, Head head, long[] shape, PictureSize input, int? classes)
    {
        if (shape is not [1, _, _, _]) throw Unusable(head, "is not one picture's logits");
        var value = head.Value;
        var channels = head.ChannelAxis ?? ChannelAxis(shape, input, classes);
        if (channels == 3)
        {
            value = Transposed(builder, value);
            shape = [1, shape[3], shape[1], shape[2]];
        }

        if (head.Tensor.Element != "float32") value = builder.Node("Cast", [value], "logits", ("to", (int)OnnxType.Float));
        if (shape[1] is < 2 or > 255) throw Unusable(head, $"has {shape[1]} planes; 2 to 255 classes are possible");
        Replace(builder, value, OnnxType.Float, shape);
        return new(value, LogitsContent.Logits, new((int)shape[3], (int)shape[2]), (int)shape[1]);
    }

    /// <summary>The value in NCHW; what was only turned to NHWC for the outside is taken as it was before.</summary>
    private static string Transposed(OnnxGraphBuilder builder, string value)
    {
        var maker = new GraphValues(builder.Graph).MakerOf(value);
        return maker is { OpType: "Transpose" } && maker.Attribute.FirstOrDefault(a => a.Name == "perm")?.Ints.SequenceEqual([0L, 2, 3, 1]) == true
            ? maker.Input[0]
            : builder.Node("Transpose", [value], "logits", ("perm", (long[])[0, 3, 1, 2]));
    }

    private static int ChannelAxis(long[] shape, PictureSize input, int? classes)
    {
        if (classes is { } count && shape[1] == count != (shape[3] == count)) return shape[1] == count ? 1 : 3;
        var (first, last) = (IsScaled(shape[1], shape[2], input), IsScaled(shape[2], shape[3], input));
        return first && !last ? 3 : 1;
    }

    // A network's strides divide both sides alike, but for rounding.
    private static bool IsScaled(long height, long width, PictureSize input) =>
        height <= input.Height && width <= input.Width && Math.Abs((double)input.Height / height - (double)input.Width / width) <= 0.15 * input.Width / width;

    private static void Replace(OnnxGraphBuilder builder, string value, OnnxType type, long[] shape)
    {
        builder.Graph.Output.Clear();
        foreach (var noted in builder.Graph.ValueInfo.Where(info => info.Name == value).ToList()) builder.Graph.ValueInfo.Remove(noted);
        builder.Output(value, type, shape);
    }

    private static SegPipeException Unusable(Head head, string why) => new(ExitCode.InputUnusable,
        $"The network's output {head.Tensor with { Name = head.Value }} {why}.", "Segmentation networks put out logits [1, classes, rows, columns] or class maps [1, rows, columns].");
}
