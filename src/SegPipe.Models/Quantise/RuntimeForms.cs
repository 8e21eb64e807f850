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

    /// <summary>Values whose axes <see cref="SpreadFactors"/> has to know.</summary>
    public static IEnumerable<string> FactorValues(GraphProto graph)
    {
        var values = new GraphValues(graph);
        return graph.Node.Where(node => FactorOf(node, values) is not null).SelectMany(node => node.Input);
    }

    /// <summary>
    /// Spreads a factor per channel over all cells before it is multiplied: the runtime then keeps its own memory layout, which costs less
    /// than changing to the file's layout and back.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shapes">Axes of values for one picture.</param>
    /// <param name="except">Nodes that stay as they are.</param>
    /// <returns>How many factors were spread.</returns>
    public static int SpreadFactors(GraphProto graph, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, Func<NodeProto, bool> except)
    {
        var (builder, values, spread) = (new QuantisedValues(graph, 0), new GraphValues(graph), 0);
        var pictures = graph.Input[0].Type.TensorType.Shape.Dim[0];
        for (var i = 0; i < graph.Node.Count; i++)
        {
            var node = graph.Node[i];
            if (FactorOf(node, values) is not { } factor || except(node)) continue;
            var other = node.Input[1 - factor];
            if (shapes.GetValueOrDefault(other) is not [_, var channels, var rows, var columns] || channels <= 0 || rows <= 0 || columns <= 0 || rows * columns == 1 || shapes.GetValueOrDefault(node.Input[factor]) is not [_, var same, 1, 1] || same != channels) continue;
            var wide = $"{node.Output[0]}/wide";
            graph.Node.Insert(i++, new()
            {
                OpType = "Resize",
                Name = wide,
                Input = { node.Input[factor], "", builder.Floats($"{wide}/scales", [1, 1, rows, columns]) },
                Output = { wide },
                Attribute = { Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor") },
            });
            // The runtime cannot tell the number of pictures behind a Resize, and keeps its layout only where both sides are known to be alike.
            graph.ValueInfo.Add(new ValueInfoProto { Name = wide, Type = new() { TensorType = new() { ElemType = (int)OnnxType.Float, Shape = new() { Dim = { pictures.Clone(), Axis(channels), Axis(rows), Axis(columns) } } } } });
            node.Input[factor] = wide;
            spread++;
        }

        return spread;
    }

    // The gate of squeeze and excitation: which input of a product is one, or null.
    private static int? FactorOf(NodeProto node, GraphValues values) =>
        node is not { OpType: "Mul", Input.Count: 2 } ? null
        : values.MakerOf(node.Input[1]) is { OpType: "HardSigmoid" or "Sigmoid" } ? 1
        : values.MakerOf(node.Input[0]) is { OpType: "HardSigmoid" or "Sigmoid" } ? 0
        : null;

    private static AttributeProto Text(string name, string value) => new() { Name = name, Type = 3, S = Google.Protobuf.ByteString.CopyFromUtf8(value) };

    private static TensorShapeProto.Types.Dimension Axis(long length) => new() { DimValue = length };

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
