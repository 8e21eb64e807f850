using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.OnnxFile;

/// <summary>Says how an ONNX graph is quantised.</summary>
internal static class OnnxQuantisation
{
    /// <summary>The types and the granularity of its quantised constants, or null for a float network.</summary>
    public static string? Describe(GraphProto graph)
    {
        if (!graph.Node.Any(node => node.OpType is "DequantizeLinear" or "QLinearConv" or "ConvInteger")) return null;
        var weights = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Node.Where(node => node.OpType == "DequantizeLinear" && node.Input.Count > 1))
        {
            if (!weights.TryGetValue(node.Input[0], out var tensor) || !weights.TryGetValue(node.Input[1], out var scale) || tensor.Dims.Count < 2) continue;
            kinds.Add($"{(tensor.DataType == (int)OnnxType.Int8 ? "int8" : "uint8")} weights per {(scale.Dims.Count == 0 || scale.Dims.All(axis => axis == 1) ? "tensor" : "channel")}");
        }

        return kinds.Count == 0 ? "activations only" : string.Join(" and ", kinds);
    }
}
