using System.Runtime.InteropServices;

namespace SegPipe.Models.Onnx;

/// <summary>Looks up what makes a graph's values, and what constants hold.</summary>
internal sealed class GraphValues
{
    private readonly Dictionary<string, NodeProto> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);

    public GraphValues(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) _constants[tensor.Name] = tensor;
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output.Where(output => output.Length > 0)) _makers[output] = node;
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is { } value) _constants[node.Output[0]] = value;
        }
    }

    /// <summary>The node that puts out a value, or null for inputs and weights.</summary>
    public NodeProto? MakerOf(string value) => _makers.GetValueOrDefault(value);

    /// <summary>Whole numbers of a constant, or null where the value is none.</summary>
    public long[]? Integers(string value) => _constants.GetValueOrDefault(value) is not { } tensor ? null
        : tensor.DataType == (int)OnnxType.Int64 ? (tensor.RawData.Length > 0 ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray() : [.. tensor.Int64Data])
        : tensor.DataType == (int)OnnxType.Int32 ? (tensor.RawData.Length > 0 ? [.. MemoryMarshal.Cast<byte, int>(tensor.RawData.Span)] : [.. tensor.Int32Data.Select(i => (long)i)])
        : null;

    /// <summary>A whole number of a node's attributes.</summary>
    public static long? Integer(NodeProto node, string attribute) => node.Attribute.FirstOrDefault(a => a.Name == attribute)?.I;

    /// <summary>A text of a node's attributes.</summary>
    public static string? Text(NodeProto node, string attribute) => node.Attribute.FirstOrDefault(a => a.Name == attribute)?.S.ToStringUtf8();
}
