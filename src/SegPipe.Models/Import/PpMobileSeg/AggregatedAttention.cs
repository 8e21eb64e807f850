namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>
/// The aggregated attention module, which fuses the maps at 1/8, 1/16 and 1/32. Its gate is the true sigmoid: the published weights were
/// trained with it, although early code had ReLU6.
/// </summary>
internal static class AggregatedAttention
{
    private const string Module = "backbone.inj_module";

    /// <summary>Adds the fusion; the number of its embeddings tells which of the two forms it has.</summary>
    public static Feature Add(Layers layers, PpMobileSegWeights weights, Feature x8, Feature x16, Feature x32)
    {
        var (embeddings, gates) = (weights.Count($"{Module}.embedding_list", "conv.weight"), weights.Count($"{Module}.act_embedding_list", "conv.weight"));
        return (embeddings, gates) switch
        {
            (2, 2) => Simple(layers, weights, x8, x16, x32),
            (3, 3) => Full(layers, weights, x8, x16, x32),
            _ => throw weights.Fault($"{Module}.embedding_list", $"has {embeddings} embeddings and {gates} gates; 2 and 2, or 3 and 3, are known"),
        };
    }

    // AAMSx8, at 1/8: the map at 1/8 has no gate, the one at 1/16 nothing but a gate.
    private static Feature Simple(Layers layers, PpMobileSegWeights weights, Feature x8, Feature x16, Feature x32)
    {
        var detail = Embed(layers, weights, x8, "embedding_list.0");
        var gate = layers.Sigmoid(Embed(layers, weights, layers.Resize(x16, detail.Height, detail.Width), "act_embedding_list.0"));
        var wide = layers.Resize(layers.Sigmoid(Embed(layers, weights, x32, "act_embedding_list.1")), detail.Height, detail.Width);
        var context = layers.Resize(Embed(layers, weights, x32, "embedding_list.1"), detail.Height, detail.Width);
        return layers.Add(layers.Multiply(layers.Multiply(gate, wide), detail), context);
    }

    // AAM, at 1/16.
    private static Feature Full(Layers layers, PpMobileSegWeights weights, Feature x8, Feature x16, Feature x32)
    {
        var fine = layers.Halve(x8);
        var middle = layers.Resize(x16, fine.Height, fine.Width);
        var gate = layers.Multiply(
            layers.Sigmoid(Embed(layers, weights, fine, "act_embedding_list.0")),
            layers.Sigmoid(Embed(layers, weights, middle, "act_embedding_list.1")));
        var wide = layers.Resize(layers.Sigmoid(Embed(layers, weights, x32, "act_embedding_list.2")), fine.Height, fine.Width);
        var context = layers.Resize(Embed(layers, weights, x32, "embedding_list.2"), fine.Height, fine.Width);
        var detail = layers.Add(Embed(layers, weights, fine, "embedding_list.0"), Embed(layers, weights, middle, "embedding_list.1"));
        return layers.Add(layers.Multiply(layers.Multiply(gate, wide), detail), context);
    }

    private static Feature Embed(Layers layers, PpMobileSegWeights weights, Feature x, string part) =>
        layers.Convolve(x, weights.Convolution($"{Module}.{part}", x.Channels), $"{Module}.{part}");
}
