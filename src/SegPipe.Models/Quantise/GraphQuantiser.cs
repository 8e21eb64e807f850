using SegPipe.Models.Onnx;

namespace SegPipe.Models.Quantise;

/// <summary>
/// Turns chosen nodes of a float graph into integer arithmetic, written as QDQ: what they read and put out is rounded to uint8 and back,
/// their weights are int8. The runtime makes integer kernels of that. ReLU and Clip behind a convolution become the end of its range.
/// </summary>
internal sealed class GraphQuantiser
{
    private readonly GraphProto _graph;
    // By identity: nodes compare by content, which changes here.
    private readonly Dictionary<NodeProto, NodeProto> _folded = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<NodeProto> _chosen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Chooses nodes.</summary>
    /// <param name="graph">A float graph; it is changed by <see cref="Apply"/>.</param>
    /// <param name="operators">Operators to be quantised.</param>
    public GraphQuantiser(GraphProto graph, IReadOnlySet<string> operators)
    {
        _graph = graph;
        var readers = graph.Node.SelectMany(node => node.Input.Where(input => input.Length > 0).Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        var outputs = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var values = new QuantisedValues(graph, 127);
        _chosen.UnionWith(graph.Node.Where(node => operators.Contains(node.OpType) && QuantisedOperators.Fits(node, values)));
        foreach (var node in _chosen.Where(node => node.OpType == "Conv"))
        {
            var next = readers[node.Output[0]].ToArray();
            if (!outputs.Contains(node.Output[0]) && next is [{ OpType: "Relu" or "Clip" } activation] && QuantisedOperators.Bounds(activation, values) is not null) _folded[node] = activation;
        }

        // What leaves the network stays float: nothing behind it could take integers.
        _chosen.RemoveWhere(node => outputs.Contains(Result(node)));
    }

    /// <summary>How many nodes of each operator were chosen.</summary>
    public IReadOnlyDictionary<string, int> Chosen => _chosen.CountBy(node => node.OpType, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Leaves out what loses by it: convolutions of a single cell (squeeze and excitation), whatever has too few channels to fill an integer
    /// kernel, and what does not compute floats.
    /// </summary>
    public void KeepWhatPays(IReadOnlyDictionary<string, CalibratedValue> calibrated, int fewestChannels)
    {
        _chosen.RemoveWhere(node => QuantisedOperators.Activations(node).Append(Result(node)).Any(value => !calibrated.ContainsKey(value)));
        _chosen.RemoveWhere(node => calibrated[Result(node)].Shape is [_, var channels, ..] && channels < fewestChannels);
        _chosen.RemoveWhere(node => node.OpType == "Conv" && (calibrated[Result(node)].Shape is [_, _, 1, 1] || ReadsPicture(node)));
    }

    /// <summary>Whether a node is to be quantised.</summary>
    public bool Chooses(NodeProto node) => _chosen.Contains(node);

    /// <summary>Values whose ranges are needed.</summary>
    public IReadOnlyList<string> Values() => [.. _chosen.SelectMany(node => QuantisedOperators.Activations(node).Append(Result(node))).Distinct(StringComparer.Ordinal)];

    /// <summary>Rewrites the graph.</summary>
    public void Apply(IReadOnlyDictionary<string, CalibratedValue> calibrated, int largestWeight)
    {
        var ranges = calibrated.ToDictionary(pair => pair.Key, pair => pair.Value.Range, StringComparer.Ordinal);
        // The runtime resizes steps as they are where they mean the same before and after.
        foreach (var node in _graph.Node.Where(node => node.OpType == "Resize" && _chosen.Contains(node))) ranges[node.Output[0]] = ranges[node.Input[0]];
        var values = new QuantisedValues(_graph, largestWeight);
        var rounded = Values().ToDictionary(value => value, value => $"{value}/rounded", StringComparer.Ordinal);
        var gone = _chosen.Where(_folded.ContainsKey).Select(node => _folded[node]).ToHashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var nodes = new List<NodeProto>();
        foreach (var input in _graph.Input.Where(input => rounded.ContainsKey(input.Name))) nodes.AddRange(values.Activation(input.Name, rounded[input.Name], ranges[input.Name]));
        foreach (var node in _graph.Node.Where(node => !gone.Contains(node)))
        {
            var outputs = node.Output.ToArray();
            if (_chosen.Contains(node))
            {
                if (node.OpType == "Conv") nodes.AddRange(Integers(node, values, ranges[node.Input[0]]));
                // The activation behind it is gone, so its result goes by the activation's name.
                outputs = [Result(node)];
                node.Output[0] = outputs[0];
            }

            for (var i = 0; i < node.Input.Count; i++) node.Input[i] = rounded.GetValueOrDefault(node.Input[i], node.Input[i]);
            nodes.Add(node);
            foreach (var output in outputs.Where(rounded.ContainsKey)) nodes.AddRange(values.Activation(output, rounded[output], ranges[output]));
        }

        _graph.Node.Clear();
        _graph.Node.Add(nodes);
        GraphPruning.Prune(_graph);
        RemoveUnread(_graph);
    }

    // Three channels leave the integer kernels idle: 2.5 times the float kernel's time.
    private bool ReadsPicture(NodeProto node) => _graph.Input.Any(input => input.Name == node.Input[0]);

    private static IEnumerable<NodeProto> Integers(NodeProto node, QuantisedValues values, ValueRange input)
    {
        var owner = node.Output[0];
        var (weights, scales) = values.Weights(node.Input[1], owner);
        node.Input[1] = weights.Output[0];
        yield return weights;
        if (node.Input.Count < 3 || node.Input[2].Length == 0) yield break;
        var bias = values.Bias(node.Input[2], owner, input.Scale, scales);
        node.Input[2] = bias.Output[0];
        yield return bias;
    }

    // Pruning keeps constants where no node is dropped, but float weights are of no use any more. Of the shapes, only the resized ones are needed.
    private static void RemoveUnread(GraphProto graph)
    {
        var read = graph.Node.SelectMany(node => node.Input).ToHashSet(StringComparer.Ordinal);
        var kept = graph.Initializer.Where(tensor => read.Contains(tensor.Name)).ToArray();
        graph.Initializer.Clear();
        graph.Initializer.Add(kept);
        var resized = graph.Node.Where(node => node.OpType == "Resize").SelectMany(node => node.Output).ToHashSet(StringComparer.Ordinal);
        var shapes = graph.ValueInfo.Where(value => resized.Contains(value.Name)).ToArray();
        graph.ValueInfo.Clear();
        graph.ValueInfo.Add(shapes);
    }

    private string Result(NodeProto node) => _folded.TryGetValue(node, out var activation) ? activation.Output[0] : node.Output[0];
}
