using SegPipe.Models.Onnx;

namespace SegPipe.Models;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element">Type of the elements, for example <c>float32</c>.</param>
/// <param name="Shape">Axes from the outermost; null where the file leaves the length open.</param>
public sealed record GraphTensor(string Name, string Element, IReadOnlyList<long?> Shape)
{
    /// <summary>The tensor as <c>name float32 [?, 3, 512, 1024]</c>.</summary>
    public override string ToString() => $"{Name} {Element} [{string.Join(", ", Shape.Select(axis => axis?.ToString() ?? "?"))}]";
}

/// <summary>How often a graph uses an operator, and how many elements its weights have.</summary>
public sealed record OperatorCount(string Operator, int Count, long Parameters = 0);

/// <summary>What can be read off an ONNX graph without running it.</summary>
public sealed record GraphSummary
{
    // TensorProto.DataType: integers of 32 and 64 bits hold shapes and indices.
    private const int Int32 = 6, Int64 = 7;

    private static readonly string[] ElementNames =
    [
        "undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "float64",
        "uint32", "uint64", "complex64", "complex128", "bfloat16",
    ];

    /// <summary>Version of the standard operator set.</summary>
    public required long Opset { get; init; }

    /// <summary>Program that wrote the file, empty where it does not say.</summary>
    public required string Producer { get; init; }

    /// <summary>Inputs that are not weights.</summary>
    public required IReadOnlyList<GraphTensor> Inputs { get; init; }

    /// <summary>Outputs.</summary>
    public required IReadOnlyList<GraphTensor> Outputs { get; init; }

    /// <summary>Operators by falling count, equal counts by name.</summary>
    public required IReadOnlyList<OperatorCount> Operators { get; init; }

    /// <summary>Elements of all weights that are not integers of 32 or 64 bits (those are shapes and indices).</summary>
    public required long Parameters { get; init; }

    internal static GraphSummary Of(ModelProto model)
    {
        var graph = model.Graph;
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return new GraphSummary
        {
            Opset = model.OpsetImport.Where(set => IsStandard(set.Domain)).Select(set => set.Version).DefaultIfEmpty().Max(),
            Producer = $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            // Files of IR version 3 list their weights among the inputs.
            Inputs = [.. graph.Input.Where(input => !weights.Contains(input.Name)).Select(DescribeTensor)],
            Outputs = [.. graph.Output.Select(DescribeTensor)],
            Operators = [.. CountOperators(graph)
                .OrderByDescending(count => count.Count).ThenBy(count => count.Operator, StringComparer.Ordinal)],
            Parameters = graph.Initializer.Where(IsWeight).Sum(ElementsOf),
        };
    }

    private static IEnumerable<OperatorCount> CountOperators(GraphProto graph)
    {
        // Weights that several nodes share are counted at the first.
        var weights = graph.Initializer.Where(IsWeight).GroupBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => ElementsOf(group.First()), StringComparer.Ordinal);
        return graph.Node.GroupBy(NameOf)
            .Select(nodes => new OperatorCount(nodes.Key, nodes.Count(), nodes.SelectMany(node => node.Input).Sum(input => weights.Remove(input, out var elements) ? elements : 0)));
    }

    private static bool IsWeight(TensorProto tensor) => tensor.DataType is not (Int32 or Int64);

    private static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    private static string NameOf(NodeProto node) => IsStandard(node.Domain) ? node.OpType : $"{node.Domain}.{node.OpType}";

    private static long ElementsOf(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, axis) => product * axis);

    internal static GraphTensor DescribeTensor(ValueInfoProto value)
    {
        var type = value.Type?.TensorType;
        var element = type is { ElemType: > 0 } && type.ElemType < ElementNames.Length ? ElementNames[type.ElemType] : ElementNames[0];
        return new(value.Name, element, [.. type?.Shape?.Dim.Select(axis => axis.DimValue > 0 ? axis.DimValue : (long?)null) ?? []]);
    }
}
