using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Onnx;
using SegPipe.Stages.Inference;
using SegPipe.Testing;

namespace SegPipe.Models.Tests.Import;

public sealed class HeadCutterTests
{
    private static readonly PictureSize Input = new(HeadedModel.Width, HeadedModel.Height);

    private readonly HeadedModel _network = new();

    private OnnxGraphBuilder Graph => _network.Graph;

    [Theory]
    [InlineData("half_pixel", CoordinateRule.HalfPixel)]
    [InlineData("pytorch_half_pixel", CoordinateRule.HalfPixel)]
    [InlineData("align_corners", CoordinateRule.AlignCorners)]
    [InlineData("asymmetric", CoordinateRule.Asymmetric)]
    public void A_resize_is_cut_and_leaves_its_rule(string word, CoordinateRule rule)
    {
        var head = Find(_network.Resize(_network.Logits, word), OnnxType.Float, 1, 5, 16, 32);

        Assert.Equal((_network.Logits, 1, rule), (head.Value, head.ChannelAxis, head.Coordinates));
        Assert.Equal("Resize 8x4 to 32x16", Assert.Single(head.Cut));
        Assert.Equal([1, 5, 4, 8], head.Tensor.Shape);
    }

    [Fact]
    public void Resize_softmax_argmax_and_what_stands_between_are_cut_in_the_order_of_the_graph()
    {
        var scores = Graph.Node("Softmax", [_network.Resize(_network.Logits, "half_pixel")], null, ("axis", 1));
        var labels = Graph.Node("Cast", [Graph.Node("ArgMax", [scores], null, ("axis", 1), ("keepdims", 0))], null, ("to", 6));

        var head = Find(labels, OnnxType.Int32, 1, 16, 32);

        Assert.Equal(["Resize 8x4 to 32x16", "Softmax", "ArgMax", "Cast"], head.Cut);
        Assert.Equal(_network.Logits, head.Value);
    }

    [Fact]
    public void A_head_that_was_turned_to_rows_columns_classes_is_followed_through()
    {
        var turned = Graph.Node("Transpose", [_network.Resize(_network.Logits, "asymmetric")], null, ("perm", (long[])[0, 2, 3, 1]));
        var labels = Graph.Node("ArgMax", [turned], null, ("axis", -1), ("keepdims", 0));

        var head = Find(labels, OnnxType.Int64, 1, 16, 32);

        Assert.Equal((_network.Logits, 1, CoordinateRule.Asymmetric), (head.Value, head.ChannelAxis, head.Coordinates));
        Assert.Equal(["Resize 8x4 to 32x16", "Transpose", "ArgMax"], head.Cut);
    }

    [Fact]
    public void A_resize_of_rows_columns_classes_tells_where_the_classes_are()
    {
        var turned = Graph.Node("Transpose", [_network.Logits], null, ("perm", (long[])[0, 2, 3, 1]));

        var head = Find(_network.Resize(turned, "align_corners", scales: [1, 4, 4, 1]), OnnxType.Float, 1, 16, 32, 5);

        Assert.Equal((turned, 3), (head.Value, head.ChannelAxis));
    }

    [Fact]
    public void Quantisation_behind_the_resize_goes_and_that_before_it_stays()
    {
        var cells = _network.Quantised(_network.Logits);
        var labels = Graph.Node("ArgMax", [_network.Quantised(_network.Resize(cells, "half_pixel"))], null, ("axis", 1), ("keepdims", 0));

        var head = Find(labels, OnnxType.Int64, 1, 16, 32);

        Assert.Equal(cells, head.Value);
        Assert.Equal(["Resize 8x4 to 32x16", "QuantizeLinear", "DequantizeLinear", "ArgMax"], head.Cut);
    }

    [Fact]
    public void A_resize_that_changes_nothing_goes_with_the_one_behind_it()
    {
        var same = _network.Resize(_network.Logits, "align_corners", scales: [1, 1, 1, 1]);

        var head = Find(_network.Resize(same, "align_corners"), OnnxType.Float, 1, 5, 16, 32);

        Assert.Equal(_network.Logits, head.Value);
        Assert.Equal(["Resize that changes nothing", "Resize 8x4 to 32x16"], head.Cut);
    }

    [Fact]
    public void Of_two_enlargements_the_last_is_cut()
    {
        var middle = _network.Resize(_network.Logits, "half_pixel", scales: [1, 1, 2, 2]);

        var head = Find(_network.Resize(middle, "half_pixel", scales: [1, 1, 2, 2]), OnnxType.Float, 1, 5, 16, 32);

        Assert.Equal(middle, head.Value);
    }

    [Fact]
    public void Probabilities_that_are_enlarged_are_not_taken_for_logits()
    {
        var scores = Graph.Node("Softmax", [_network.Logits], null, ("axis", 1));

        Assert.Equal(scores, Find(_network.Resize(scores, "half_pixel"), OnnxType.Float, 1, 5, 16, 32).Value);
    }

    [Fact]
    public void Classes_that_are_enlarged_to_the_nearest_stay_as_they_are()
    {
        var labels = Graph.Node("Cast", [Graph.Node("ArgMax", [_network.Logits], null, ("axis", 1), ("keepdims", 1))], null, ("to", 1));
        var large = _network.Resize(labels, "asymmetric", "nearest");

        var head = Find(large, OnnxType.Float, 1, 1, 16, 32);

        Assert.Equal((large, null), (head.Value, head.Coordinates));
        Assert.Empty(head.Cut);
    }

    [Theory]
    [InlineData("nearest", 4)]
    [InlineData("cubic", 4)]
    [InlineData("linear", 2)]
    public void What_another_interpolation_or_size_makes_of_logits_stays(string mode, float scale)
    {
        var large = _network.Resize(_network.Logits, "half_pixel", mode, [1, 1, scale, scale]);

        Assert.Equal(large, Find(large, OnnxType.Float, 1, 5, (long)(4 * scale), (long)(8 * scale)).Value);
    }

    [Fact]
    public void A_network_without_head_ends_where_it_ends()
    {
        var head = Find(_network.Logits, OnnxType.Float, 1, 5, 4, 8);

        Assert.Equal(_network.Logits, head.Value);
        Assert.Empty(head.Cut);
    }

    private Head Find(string output, OnnxType type, params long[] shape) => HeadCutter.Find(_network.Build(output, type, shape), Input, new NetworkCheck());
}
