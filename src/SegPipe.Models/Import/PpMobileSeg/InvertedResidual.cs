namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>A block of MobileNetV3: 1×1 expansion, depthwise convolution, squeeze and excitation where it has one, 1×1 projection.</summary>
internal static class InvertedResidual
{
    // Paddle's gate, 0.2·x + 0.5; the attention's has another slope.
    private const float GateSlope = 0.2f;

    /// <summary>Adds the block of a module.</summary>
    public static Feature Add(Layers layers, PpMobileSegWeights weights, Feature x, string module, Activation activation, int stride)
    {
        var expansion = weights.Convolution($"{module}.expand_conv", x.Channels);
        var y = layers.Convolve(x, expansion, $"{module}.expand_conv", activation);
        y = layers.Convolve(y, weights.Convolution($"{module}.bottleneck_conv", 1, y.Channels), $"{module}.bottleneck_conv", activation, stride);
        if (weights.Has($"{module}.mid_se.conv_act1.conv.weight")) y = Excite(layers, weights, y, $"{module}.mid_se");
        y = layers.Convolve(y, weights.Convolution($"{module}.linear_conv", y.Channels), $"{module}.linear_conv");
        return stride == 1 && y.Channels == x.Channels ? layers.Add(x, y) : y;
    }

    private static Feature Excite(Layers layers, PpMobileSegWeights weights, Feature x, string module)
    {
        var gate = layers.Mean(x);
        gate = layers.Convolve(gate, weights.Convolution($"{module}.conv_act1", x.Channels), $"{module}.conv_act1", Activation.Relu);
        gate = layers.Convolve(gate, weights.Convolution($"{module}.conv_act2", gate.Channels, x.Channels), $"{module}.conv_act2");
        return layers.Multiply(x, layers.HardSigmoid(gate, GateSlope));
    }
}
