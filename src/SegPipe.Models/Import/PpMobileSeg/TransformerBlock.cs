namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>A transformer block: attention and a perceptron of convolutions, each added to its input.</summary>
internal static class TransformerBlock
{
    /// <summary>Adds the block of a module.</summary>
    public static Feature Add(Layers layers, PpMobileSegWeights weights, Feature x, string module, int keyChannels)
    {
        x = layers.Add(x, StridedSeaAttention.Add(layers, weights, x, $"{module}.attn", keyChannels));
        var y = layers.Convolve(x, weights.Convolution($"{module}.mlp.fc1", x.Channels), $"{module}.mlp.fc1");
        y = layers.Convolve(y, weights.Convolution($"{module}.mlp.dwconv", 1, y.Channels), $"{module}.mlp.dwconv", Activation.Relu6);
        y = layers.Convolve(y, weights.Convolution($"{module}.mlp.fc2", y.Channels, x.Channels), $"{module}.mlp.fc2");
        return layers.Add(x, y);
    }
}
