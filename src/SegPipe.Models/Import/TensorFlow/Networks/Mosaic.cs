using SegPipe.Frames;
using SegPipe.Models.Import.TensorFlow.Bundles;

namespace SegPipe.Models.Import.TensorFlow.Networks;

/// <summary>MOSAIC with the backbone MobileNetMultiAVGSeg of the TensorFlow 2 Model Garden; widths, branches and the global pooling come from the variables.</summary>
internal sealed class Mosaic : INetworkArchitecture
{
    private const float Epsilon = 1e-3f;
    private const int OutputStride = 16;

    // Of the sixteen inverted bottlenecks, as published; beyond the output stride a stride becomes an atrous rate of the following ones.
    private static readonly int[] Strides = [2, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1];

    // The bottlenecks whose depthwise result the decoder takes, from its first stage to its last.
    private static readonly int[] DecoderInputs = [6, 2];

    private static readonly int[] Bins = [4, 8, 16];

    /// <inheritdoc/>
    public string Family => "mosaic";

    /// <inheritdoc/>
    public PictureSize Size => new(2048, 1024);

    /// <inheritdoc/>
    public float[] Mean => [0.485f, 0.456f, 0.406f];

    /// <inheritdoc/>
    public float[] Scale => [1 / 0.229f, 1 / 0.224f, 1 / 0.225f];

    /// <inheritdoc/>
    public CoordinateRule Coordinates => CoordinateRule.HalfPixel;

    /// <summary>The variables of a bundle if they are those of MOSAIC, or null.</summary>
    public static ObjectGraph? WeightsOf(TensorBundle bundle) =>
        ObjectGraph.Find(bundle, "backbone", "neck", "head") is { } graph && graph.Has("neck/_encoder_projection/0/kernel") ? graph : null;

    /// <inheritdoc/>
    public Feature Build(Feature picture, TrainedLayers layers)
    {
        var depthwise = new Dictionary<int, Feature>();
        var x = Backbone(picture, layers, depthwise);
        x = Encoder(x, layers);
        for (var stage = 0; stage < DecoderInputs.Length; stage++)
        {
            var scope = $"head/_merge_stages/{stage}";
            var high = depthwise[DecoderInputs[stage]];
            x = layers.Has(scope + "/_feature_fusion_block/0/kernel") ? MergeByConcat(x, high, layers, scope) : MergeBySum(x, high, layers, scope);
        }

        return layers.Has("head/_pixelwise_classifier/kernel")
            ? layers.Plain.Apply("Relu", layers.Convolve(x, "head/_pixelwise_classifier/kernel", "head/_pixelwise_classifier/bias"), "head/_pixelwise_classifier/relu")
            : x;
    }

    private static Feature Backbone(Feature picture, TrainedLayers layers, Dictionary<int, Feature> depthwise)
    {
        var x = Convolve(picture, layers, "backbone/layer_with_weights-0", 0, stride: 2);
        var (reached, rate) = (2, 1);
        for (var block = 1; block <= Strides.Length; block++)
        {
            var stride = Strides[block - 1];
            if (reached == OutputStride) (rate, stride) = (rate * stride, 1);
            else reached *= stride;
            var scope = $"backbone/layer_with_weights-{block}";
            var wide = Convolve(x, layers, scope, 0);
            depthwise[block] = layers.Convolve(wide, scope + "/_conv1/depthwise_kernel", scope + "/_norm1", Epsilon, stride, rate, rate);
            var narrow = Convolve(depthwise[block], layers, scope, 2, relu: false);
            x = stride == 1 && narrow.Channels == x.Channels ? layers.Plain.Add(x, narrow, scope + "/add") : narrow;
        }

        return Convolve(x, layers, $"backbone/layer_with_weights-{Strides.Length + 1}", 0);
    }

    private static Feature Encoder(Feature x, TrainedLayers layers)
    {
        const string scope = "neck/_multi_kernel_group_conv/_conv_branches";
        var branches = Enumerable.Range(0, 64).TakeWhile(branch => layers.Has($"{scope}/{branch}/1/gamma")).Count();
        if (branches == 0 || x.Channels % branches != 0) throw layers.Wrong(scope, $"{x.Channels} channels cannot be split in {branches} groups");
        if (x.Size.Width < Bins[^1] || x.Size.Height < Bins[^1]) throw layers.Wrong("neck", $"features of {x.Size} are smaller than {Bins[^1]} pooling bins; use a larger input size");
        List<Feature> parts = [x];
        foreach (var bins in Bins)
        {
            var (height, width) = (x.Size.Height / bins, x.Size.Width / bins);
            var window = new Window(height + x.Size.Height % bins, width + x.Size.Width % bins, height, width, Margins: new(0, 0, 0, 0));
            var pooled = layers.Plain.Pool("AveragePool", x, window, $"neck/bins_{bins}");
            int[] groups = [.. Enumerable.Repeat(x.Channels / branches, branches)];
            Feature[] results = [.. layers.Plain.Split(pooled, groups, $"neck/bins_{bins}/groups").Select((group, branch) => Branch(group, layers, $"{scope}/{branch}"))];
            parts.Add(layers.Plain.Resize(layers.Plain.Concat(results, $"neck/bins_{bins}/concat"), x.Size, x.Published, CoordinateRule.HalfPixel, $"neck/bins_{bins}/whole"));
        }

        if (layers.Has("neck/_global_pool_branch/1/kernel"))
        {
            var pooled = layers.Convolve(layers.Plain.Mean(x, "neck/global"), "neck/_global_pool_branch/1/kernel", "neck/_global_pool_branch/2", Epsilon);
            parts.Add(layers.Plain.Resize(pooled, x.Size, x.Published, CoordinateRule.HalfPixel, "neck/global/whole"));
        }

        // Only the number of channels here tells whether there are other bins than the published ones, and then not which.
        return layers.Convolve(layers.Plain.Concat([.. parts], "neck/concat"), "neck/_encoder_projection/0/kernel", "neck/_encoder_projection/1", Epsilon);
    }

    private static Feature Branch(Feature x, TrainedLayers layers, string scope)
    {
        if (!layers.Has(scope + "/0/depthwise_kernel")) return layers.Convolve(x, scope + "/0/kernel", scope + "/1", Epsilon);
        x = layers.Convolve(x, scope + "/0/depthwise_kernel", scope + "/1", Epsilon);
        return layers.Convolve(x, scope + "/3/kernel", scope + "/4", Epsilon);
    }

    private static Feature MergeByConcat(Feature low, Feature high, TrainedLayers layers, string scope)
    {
        low = layers.Plain.Resize(low, high.Size, high.Published, CoordinateRule.HalfPixel, scope + "/whole");
        var x = layers.Plain.Concat([low, high], scope + "/concat");
        scope += "/_feature_fusion_block";
        x = layers.Convolve(x, scope + "/0/kernel", scope + "/1", Epsilon);
        x = layers.Convolve(x, scope + "/3/depthwise_kernel", scope + "/4", Epsilon);
        return layers.Convolve(x, scope + "/6/kernel", scope + "/7", Epsilon);
    }

    private static Feature MergeBySum(Feature low, Feature high, TrainedLayers layers, string scope)
    {
        if (layers.Has(scope + "/_low_res_branch/0/kernel")) low = layers.Convolve(low, scope + "/_low_res_branch/0/kernel", scope + "/_low_res_branch/1", Epsilon);
        if (layers.Has(scope + "/_high_res_branch/0/kernel")) high = layers.Convolve(high, scope + "/_high_res_branch/0/kernel", scope + "/_high_res_branch/1", Epsilon);
        if (low.Channels != high.Channels) throw layers.Wrong(scope, $"{low.Channels} and {high.Channels} channels cannot be added");
        return layers.Plain.Add(layers.Plain.Resize(low, high.Size, high.Published, CoordinateRule.HalfPixel, scope + "/whole"), high, scope + "/add");
    }

    private static Feature Convolve(Feature x, TrainedLayers layers, string scope, int number, int stride = 1, bool relu = true) =>
        layers.Convolve(x, $"{scope}/_conv{number}/kernel", $"{scope}/_norm{number}", Epsilon, stride, relu: relu);
}
