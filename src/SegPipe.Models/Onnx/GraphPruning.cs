namespace SegPipe.Models.Onnx;

/// <summary>Removes what a graph's outputs do not need.</summary>
internal static class GraphPruning
{
    /// <summary>Drops nodes, weights and noted shapes that no output depends on.</summary>
    public static void Prune(GraphProto graph)
    {
        var needed = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (!node.Output.Any(needed.Contains)) continue;
            kept.Add(node);
            needed.UnionWith(node.Input);
            foreach (var attribute in node.Attribute) AddOuterValues(attribute, needed);
        }

        if (kept.Count == graph.Node.Count) return;
        kept.Reverse();
        Replace(graph.Node, kept);
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        // Files of IR version 3 list their weights among the inputs, too.
        Replace(graph.Input, [.. graph.Input.Where(input => !weights.Contains(input.Name) || needed.Contains(input.Name))]);
        Replace(graph.Initializer, [.. graph.Initializer.Where(tensor => needed.Contains(tensor.Name))]);
        Replace(graph.ValueInfo, [.. graph.ValueInfo.Where(value => needed.Contains(value.Name))]);
    }

    // Branches and loops read values of the graph around them by name.
    private static void AddOuterValues(AttributeProto attribute, HashSet<string> needed)
    {
        foreach (var graph in attribute.G is { } one ? [one, .. attribute.Graphs] : (IEnumerable<GraphProto>)attribute.Graphs)
        {
            needed.UnionWith(graph.Output.Select(output => output.Name));
            foreach (var node in graph.Node)
            {
                needed.UnionWith(node.Input);
                foreach (var inner in node.Attribute) AddOuterValues(inner, needed);
            }
        }
    }

    private static void Replace<T>(Google.Protobuf.Collections.RepeatedField<T> field, IReadOnlyList<T> items)
    {
        field.Clear();
        field.Add(items);
    }
}
