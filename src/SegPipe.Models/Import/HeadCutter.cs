using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import;

/// <summary>Where a network ends once what only prepares its result for people is gone.</summary>
/// <param name="Value">The value that becomes the output.</param>
/// <param name="Tensor">Its element type and axes.</param>
/// <param name="ChannelAxis">Which of its axes counts classes, where the cut tells; null otherwise.</param>
/// <param name="Coordinates">Rule of the resize that was cut, or null where none was.</param>
/// <param name="Cut">What goes, in the order of the graph.</param>
internal sealed record Head(string Value, GraphTensor Tensor, int? ChannelAxis, CoordinateRule? Coordinates, IReadOnlyList<string> Cut);

/// <summary>
/// Finds the end of a network behind its trailing Resize, Softmax and ArgMax: walks back from the output through operators that neither
/// mix pixels nor change which class wins. What stands before the resize stays, since interpolation does not commute with it.
/// </summary>
internal static class HeadCutter
{
    // Operators that a head may hold between its Resize, Softmax and ArgMax.
    private static readonly string[] Passed = ["Identity", "Dropout", "Cast", "Squeeze", "Unsqueeze", "Transpose", "Reshape", "Flatten", "QuantizeLinear", "DequantizeLinear"];

    private static readonly string[] Enlarging = ["Resize", "Upsample"];

    /// <summary>Walks back from a graph's only output.</summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="input">Columns and rows of its input.</param>
    /// <param name="check">Tells the shapes of values.</param>
    /// <exception cref="SegPipeException">65 if the runtime refuses the model.</exception>
    public static Head Find(ModelProto model, PictureSize input, INetworkCheck check)
    {
        var values = new GraphValues(model.Graph);
        var chain = Chain(values, model.Graph.Output[0].Name);
        var tensors = ShapesOf(model, [model.Graph.Output[0].Name, .. chain.Select(node => node.Input[0])], check);
        var head = new Head(model.Graph.Output[0].Name, tensors[0], null, null, []);
        var passed = new List<string>();
        for (var i = 0; i < chain.Count; i++)
        {
            var (node, result, source) = (chain[i], tensors[i], tensors[i + 1]);
            if (Passed.Contains(node.OpType))
            {
                if (node.OpType is "Reshape" or "Flatten" && !OnlySingletonsDiffer(source, result)) break;
                passed.Add(node.OpType);
                continue;
            }

            if (Judge(node, model, source, result, input, head) is not { } step) break;
            head = head with
            {
                Value = node.Input[0],
                Tensor = source,
                ChannelAxis = step.ChannelAxis,
                Coordinates = step.Coordinates ?? head.Coordinates,
                Cut = [step.Text, .. passed.AsEnumerable().Reverse(), .. head.Cut],
            };
            passed.Clear();
        }

        return head;
    }

    private static List<NodeProto> Chain(GraphValues values, string output)
    {
        var chain = new List<NodeProto>();
        while (values.MakerOf(output) is { Input.Count: > 0 } node && IsTail(node) && !chain.Contains(node))
        {
            chain.Add(node);
            output = node.Input[0];
        }

        return chain;
    }

    private static bool IsTail(NodeProto node) =>
        node.Domain is "" or "ai.onnx" or "com.microsoft" && (Passed.Contains(node.OpType) || Enlarging.Contains(node.OpType) || node.OpType is "Softmax" or "LogSoftmax" or "ArgMax");

    private static IReadOnlyList<GraphTensor> ShapesOf(ModelProto model, IReadOnlyList<string> values, INetworkCheck check)
    {
        var names = values.Distinct(StringComparer.Ordinal).ToList();
        var outputs = check.Outputs(ModelBytes.WithOutputs(model, names));
        return [.. values.Select(value => outputs[names.IndexOf(value)])];
    }

    private static (string Text, int? ChannelAxis, CoordinateRule? Coordinates)? Judge(NodeProto node, ModelProto model, GraphTensor source, GraphTensor result, PictureSize input, Head head)
    {
        var resized = head.Coordinates is not null;
        switch (node.OpType)
        {
            case "ArgMax" when !resized:
                return ("ArgMax", AxisOf(node, source, 0), null);
            case "Softmax" or "LogSoftmax" when !resized && AxisOf(node, source, Opset(model) >= 13 ? -1 : 1) is 1 or 3 && source.Shape.Count == 4:
                return (node.OpType, AxisOf(node, source, Opset(model) >= 13 ? -1 : 1), null);
            case "Resize" or "Upsample" when source.Shape.SequenceEqual(result.Shape):
                return ($"{node.OpType} that changes nothing", head.ChannelAxis, null);
            case "Resize" or "Upsample" when !resized && ResizeRule.Of(node, Opset(model)) is { } rule && EnlargedAxes(source, result, input) is { } channels:
                return ($"{node.OpType} {source.Shape[channels == 1 ? 3 : 2]}x{source.Shape[channels == 1 ? 2 : 1]} to {input}", channels, rule);
            default:
                return null;
        }
    }

    private static int? AxisOf(NodeProto node, GraphTensor source, int otherwise)
    {
        var axis = (int)(GraphValues.Integer(node, "axis") ?? otherwise);
        return source.Shape.Count == 4 ? (axis < 0 ? axis + 4 : axis) : null;
    }

    /// <summary>The class axis of a tensor that is enlarged to the input's size, or null where it is enlarged otherwise.</summary>
    private static int? EnlargedAxes(GraphTensor source, GraphTensor result, PictureSize input)
    {
        if (source.Shape.Count != 4 || result.Shape.Count != 4 || source.Shape[0] != result.Shape[0]) return null;
        long?[] wanted = [input.Height, input.Width];
        if (source.Shape[1] == result.Shape[1] && result.Shape.Skip(2).SequenceEqual(wanted)) return 1;
        return source.Shape[3] == result.Shape[3] && result.Shape.Skip(1).Take(2).SequenceEqual(wanted) ? 3 : null;
    }

    private static bool OnlySingletonsDiffer(GraphTensor a, GraphTensor b) => a.Shape.Where(axis => axis != 1).SequenceEqual(b.Shape.Where(axis => axis != 1));

    private static long Opset(ModelProto model) => model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx").Select(set => set.Version).DefaultIfEmpty(17).Max();
}
