using SegPipe.Models.Onnx;

namespace SegPipe.Models.Quantise;

/// <summary>Operators that ONNX Runtime has integer kernels for, and what of them is rounded.</summary>
internal static class QuantisedOperators
{
    /// <summary>Names that may be asked for, in the order of documentation.</summary>
    public static IReadOnlyList<string> All { get; } = ["Conv", "Add", "Mul", "Concat", "Resize", "GlobalAveragePool", "Sigmoid"];

    /// <summary>Whether a node can be quantised.</summary>
    public static bool Fits(NodeProto node, QuantisedValues values) => node.OpType switch
    {
        "Conv" => values.Floats(node.Input[1]) is not null && (node.Input.Count < 3 || node.Input[2].Length == 0 || values.Floats(node.Input[2]) is not null),
        // A scalar factor or summand is no activation.
        "Add" or "Mul" => node.Input.All(input => values.Floats(input) is null),
        "Concat" => node.Input.All(input => values.Floats(input) is null) && GraphValues.Integer(node, "axis") is 1 or 3,
        _ => true,
    };

    /// <summary>What a node reads that is no weight.</summary>
    public static IEnumerable<string> Activations(NodeProto node) => node.OpType is "Add" or "Mul" or "Concat" ? node.Input : node.Input.Take(1);

    /// <summary>The ends of an activation that starts at 0, or null for another one.</summary>
    public static (float Min, float Max)? Bounds(NodeProto node, QuantisedValues values) => node.OpType switch
    {
        "Relu" => (0, float.PositiveInfinity),
        "Clip" when node.Input.Count == 3 && values.Floats(node.Input[1]) is [0] && values.Floats(node.Input[2]) is [var max] => (0, max),
        _ => null,
    };
}
