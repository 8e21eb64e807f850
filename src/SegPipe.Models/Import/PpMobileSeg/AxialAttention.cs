namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>Attention along one axis, over queries, keys and values that lie one behind the other in the channels.</summary>
internal sealed class AxialAttention
{
    private readonly Layers _layers;
    private readonly PpMobileSegWeights _weights;
    private readonly string _module;
    private readonly int _heads, _keyChannels, _valueChannels, _channels;

    /// <summary>Prepares the attention of a module.</summary>
    /// <param name="layers">What builds the graph.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="module">The module's name.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="keyChannels">Channels of a query and of a key, for each head.</param>
    /// <param name="channels">Channels of queries, keys and values together.</param>
    public AxialAttention(Layers layers, PpMobileSegWeights weights, string module, int heads, int keyChannels, int channels)
    {
        (_layers, _weights, _module, _heads, _keyChannels, _channels) = (layers, weights, module, heads, keyChannels, channels);
        _valueChannels = channels / heads - 2 * keyChannels;
        if (_valueChannels <= 0 || channels % heads != 0) throw weights.Fault($"{module}.to_v.conv.weight", $"does not divide into {heads} heads");
    }

    /// <summary>The values alone.</summary>
    public Feature Values(Feature qkv) => qkv with { Value = Split(qkv)[2], Channels = _heads * _valueChannels };

    /// <summary>Attends along the rows (<c>row</c>, means over columns) or the columns (<c>column</c>).</summary>
    public Feature Attend(Feature means, string axis)
    {
        var graph = _layers.Graph;
        var length = means.Height * means.Width;
        var at = graph.Node("Add", [means.Value, Positions(axis, means)], $"{_module}.pos_emb_{axis}");
        var parts = Split(means with { Value = at });
        var query = graph.Node("Transpose", [Headed(parts[0], _keyChannels, length)], null, ("perm", (long[])[0, 1, 3, 2]));
        var scores = graph.Node("MatMul", [query, Headed(parts[1], _keyChannels, length)]);
        scores = graph.Node("Mul", [scores, graph.Constant("scale", [(float)(1 / Math.Sqrt(_keyChannels))])]);
        scores = graph.Node("Softmax", [scores], null, ("axis", -1L));
        // The values stay as they lie, channels by places, and the scores are turned: what comes out lies like the feature map.
        var turned = graph.Node("Transpose", [scores], null, ("perm", (long[])[0, 1, 3, 2]));
        var mixed = graph.Node("MatMul", [Headed(parts[2], _valueChannels, length), turned]);
        var shape = graph.Integers("shape", 0, _heads * _valueChannels, means.Height, means.Width);
        var y = means with { Value = graph.Node("Reshape", [mixed, shape]), Channels = _heads * _valueChannels };
        y = _layers.Activate(y, Activation.Relu6);
        return _layers.Convolve(y, _weights.Convolution($"{_module}.proj_encode_{axis}", y.Channels, y.Channels), $"{_module}.proj_encode_{axis}");
    }

    private string[] Split(Feature x)
    {
        long keys = _heads * _keyChannels;
        return _layers.Graph.Nodes("Split", [x.Value, _layers.Graph.Integers("split", keys, keys, _heads * _valueChannels)], 3, null, ("axis", 1L));
    }

    private string Headed(string value, int channels, int length) =>
        _layers.Graph.Node("Reshape", [value, _layers.Graph.Integers("shape", 0, _heads, channels, length)]);

    // Queries and keys have positions, values have none.
    private string Positions(string axis, Feature means)
    {
        var length = means.Height * means.Width;
        var keys = _heads * _keyChannels;
        var positions = new float[_channels * length];
        foreach (var (part, place) in ((string, int)[])[($"{axis}q", 0), ($"{axis}k", keys)])
        {
            var (values, stored) = _weights.Positions($"{_module}.pos_emb_{part}.pos_embed", keys);
            for (var c = 0; c < keys; c++) LinearResize.Apply(values.AsSpan(c * stored, stored), positions.AsSpan((place + c) * length, length));
        }
        return _layers.Graph.Constant<float>($"{_module}.pos_emb_{axis}.pos_embed", positions, 1, _channels, means.Height, means.Width);
    }
}
