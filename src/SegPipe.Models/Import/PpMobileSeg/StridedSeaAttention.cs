namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>
/// Squeeze-enhanced axial attention at half the resolution: attention along the rows' and the columns' means, a gate of both on a
/// branch of details, and back to the full resolution.
/// </summary>
internal static class StridedSeaAttention
{
    // The attention's gate, x/6 + 0.5; squeeze and excitation have another slope.
    private const float GateSlope = 1f / 6;

    /// <summary>Adds the attention of a module.</summary>
    public static Feature Add(Layers layers, PpMobileSegWeights weights, Feature input, string module, int keyChannels)
    {
        var x = layers.Convolve(input, weights.Convolution($"{module}.stride_conv", 1, input.Channels), $"{module}.stride_conv", stride: 2);
        var query = weights.Convolution($"{module}.to_q", x.Channels);
        var heads = Heads(weights, module, query.Outputs, keyChannels);
        var all = Convolution.Beside(query, weights.Convolution($"{module}.to_k", x.Channels, query.Outputs), weights.Convolution($"{module}.to_v", x.Channels));
        var qkv = layers.Convolve(x, all, $"{module}.to_qkv");
        var axial = new AxialAttention(layers, weights, module, heads, keyChannels, qkv.Channels);

        var detail = layers.Convolve(qkv, weights.Convolution($"{module}.dwconv", 1, qkv.Channels), $"{module}.dwconv", Activation.Relu6);
        detail = layers.Convolve(detail, weights.Convolution($"{module}.pwconv", qkv.Channels, x.Channels), $"{module}.pwconv");

        var row = axial.Attend(layers.MeanOfRow(qkv), "row");
        var column = axial.Attend(layers.MeanOfColumn(qkv), "column");
        var gate = layers.Add(axial.Values(qkv), layers.Add(row, column));
        gate = layers.Activate(gate, Activation.Relu6);
        gate = layers.Convolve(gate, weights.Convolution($"{module}.proj", gate.Channels, x.Channels), $"{module}.proj");
        return layers.Resize(layers.Multiply(layers.HardSigmoid(gate, GateSlope), detail), input.Height, input.Width);
    }

    private static int Heads(PpMobileSegWeights weights, string module, int queryChannels, int keyChannels) => queryChannels % keyChannels == 0
        ? queryChannels / keyChannels
        : throw weights.Fault($"{module}.to_q.conv.weight", $"has {queryChannels} outputs, which are no heads of {keyChannels}");
}
