using SegPipe.Models.Onnx;

namespace SegPipe.Models.Quantise;

/// <summary>Writes what exporters spell out in the one operator that the runtime has a quick kernel for; results stay the same.</summary>
internal static class RuntimeForms
{
    /// <summary>A mean over rows and columns becomes GlobalAveragePool; factor, summand and Clip to 0–1 become HardSigmoid.</summary>
    public static void Apply(GraphProto graph)
    {
        var (constants, values) = (new QuantisedValues(graph, 0), new GraphValues(graph));
        for (var i = 0; i < graph.Node.Count; i++)
            graph.Node[i] = Pool(graph.Node[i]) ?? Gate(graph.Node[i], constants, values) ?? graph.Node[i];
        GraphPruning.Prune(graph);
    }

    private static NodeProto? Pool(NodeProto node)
    {
        if (node.OpType != "ReduceMean" || node.Input.Count != 1 || GraphValues.Integer(node, "keepdims") is 0) return null;
        return node.Attribute.FirstOrDefault(attribute => attribute.Name == "axes")?.Ints is [2, 3] or [-2, -1]
            ? new() { OpType = "GlobalAveragePool", Name = node.Name, Input = { node.Input }, Output = { node.Output } }
            : null;
    }

    private static NodeProto? Gate(NodeProto clip, QuantisedValues constants, GraphValues values)
    {
        if (clip is not { OpType: "Clip", Input.Count: 3 } || constants.Floats(clip.Input[1]) is not [0] || constants.Floats(clip.Input[2]) is not [1]) return null;
        if (values.MakerOf(clip.Input[0]) is not { OpType: "Add" } add || constants.Floats(add.Input[1]) is not [var summand]) return null;
        if (values.MakerOf(add.Input[0]) is not { OpType: "Mul" } mul || constants.Floats(mul.Input[1]) is not [var factor]) return null;
        return new()
        {
            OpType = "HardSigmoid",
            Name = clip.Name,
            Input = { mul.Input[0] },
            Output = { clip.Output },
            Attribute = { new AttributeProto { Name = "alpha", Type = 1, F = factor }, new AttributeProto { Name = "beta", Type = 1, F = summand } },
        };
    }
}
