using SegPipe.Frames;
using SegPipe.Models.Import.TensorFlow.Bundles;

namespace SegPipe.Models.Import.TensorFlow.Networks;

/// <summary>
/// ShuffleNetV2 with output stride 16 and the basic head (image pooling beside a pointwise convolution) or the dense prediction cell, as
/// the published TensorFlow 1 code builds it; widths come from the variables.
/// </summary>
/// <param name="dense">Whether it has the dense prediction cell.</param>
internal sealed class ShuffleNetV2(bool dense) : INetworkArchitecture
{
    private const float BackboneEpsilon = 1e-3f, HeadEpsilon = 1e-5f;

    // The published code gives the last stage stride 1 without raising its rate; the paper's rate of 2 does not fit the weights.
    private static readonly (string Scope, int Units, int Stride)[] Stages = [("Stage2", 4, 2), ("Stage3", 8, 2), ("Stage4", 4, 1)];

    // Which branch each one continues (-1 is the backbone), and its atrous rates for rows and columns.
    private static readonly (int From, int RateY, int RateX)[] Branches = [(-1, 1, 6), (0, 18, 15), (1, 6, 3), (0, 1, 1), (0, 6, 21)];

    /// <inheritdoc/>
    public string Family => dense ? "shufflenet_v2_dpc" : "shufflenet_v2_basic";

    /// <inheritdoc/>
    public PictureSize Size => new(1024, 512);

    /// <inheritdoc/>
    public float[] Mean => [0.5f, 0.5f, 0.5f];

    /// <inheritdoc/>
    public float[] Scale => [2, 2, 2];

    /// <inheritdoc/>
    public CoordinateRule Coordinates => CoordinateRule.AlignCorners;

    /// <summary>The network that a checkpoint holds the variables of, or null.</summary>
    public static ShuffleNetV2? Of(ITensorSource weights) =>
        weights.Has("ShuffleNetV2/Conv1/weights") ? new(dense: weights.Has("meta_architecture/concat_projection/weights")) : null;

    /// <inheritdoc/>
    public Feature Build(Feature picture, TrainedLayers layers)
    {
        var x = layers.Convolve(picture, "ShuffleNetV2/Conv1/weights", "ShuffleNetV2/Conv1/batch_norm", BackboneEpsilon, stride: 2);
        x = layers.Plain.Pool("MaxPool", x, Window.Same(3, stride: 2), "ShuffleNetV2/MaxPool");
        foreach (var (scope, units, stride) in Stages) x = Stage(x, layers, "ShuffleNetV2/" + scope, units, stride);
        x = dense ? DensePredictionCell(x, layers) : BasicHead(x, layers);
        return layers.Convolve(x, "logits/semantic/weights", "logits/semantic/biases");
    }

    private static Feature Stage(Feature x, TrainedLayers layers, string scope, int units, int stride)
    {
        var first = scope + "/unit_1";
        var other = Pointwise(Depthwise(x, layers, first + "/second_branch", stride), layers, first + "/second_branch/conv1x1_after");
        var main = Unit(x, layers, first, stride);
        (x, var passed) = (other, main);
        for (var unit = 2; unit <= units; unit++)
        {
            var name = $"{scope}/unit_{unit}";
            if ((x.Channels, x.Size) != (passed.Channels, passed.Size)) throw layers.Wrong(name, $"halves of {x.Channels} and {passed.Channels} channels cannot be shuffled");
            var both = layers.Plain.Shuffle(layers.Plain.Concat([x, passed], name + "/concat"), 2, name + "/shuffle");
            var halves = layers.Plain.Split(both, [x.Channels, x.Channels], name + "/split");
            (x, passed) = (Unit(halves[0], layers, name, 1), halves[1]);
        }

        return layers.Plain.Concat([x, passed], scope + "/concat");
    }

    private static Feature Unit(Feature x, TrainedLayers layers, string scope, int stride) =>
        Pointwise(Depthwise(Pointwise(x, layers, scope + "/conv1x1_before"), layers, scope, stride), layers, scope + "/conv1x1_after");

    private static Feature Pointwise(Feature x, TrainedLayers layers, string scope) => layers.Convolve(x, scope + "/weights", scope + "/batch_norm", BackboneEpsilon);

    private static Feature Depthwise(Feature x, TrainedLayers layers, string scope, int stride) =>
        layers.Convolve(x, scope + "/depthwise/depthwise_weights", scope + "/depthwise/batch_norm", BackboneEpsilon, stride, relu: false);

    private static Feature BasicHead(Feature x, TrainedLayers layers)
    {
        var pooled = Projection(layers.Plain.Mean(x, "image_pooling/mean"), layers, "image_pooling");
        pooled = layers.Plain.Resize(pooled, x.Size, x.Published, CoordinateRule.AlignCorners, "image_pooling/whole");
        return Projection(layers.Plain.Concat([pooled, Projection(x, layers, "aspp0")], "concat"), layers, "concat_projection");
    }

    private static Feature DensePredictionCell(Feature x, TrainedLayers layers)
    {
        var branches = new List<Feature>();
        foreach (var (from, rateY, rateX) in Branches)
        {
            var scope = $"meta_architecture/branch{branches.Count}";
            var input = from < 0 ? x : branches[from];
            var wide = layers.Convolve(input, scope + "_depthwise/depthwise_weights", scope + "_depthwise/BatchNorm", HeadEpsilon, rateY: rateY, rateX: rateX);
            branches.Add(Projection(wide, layers, scope + "_pointwise"));
        }

        return Projection(layers.Plain.Concat([.. branches], "meta_architecture/concat"), layers, "meta_architecture/concat_projection");
    }

    private static Feature Projection(Feature x, TrainedLayers layers, string scope) => layers.Convolve(x, scope + "/weights", scope + "/BatchNorm", HeadEpsilon);
}
