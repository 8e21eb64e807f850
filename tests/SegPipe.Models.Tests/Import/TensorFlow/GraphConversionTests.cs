using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.TensorFlow;
using SegPipe.Models.Onnx;
using SegPipe.Testing;
using static SegPipe.Models.Tests.Import.TensorFlow.GraphDefWriter;
using static SegPipe.Models.Tests.Import.TensorFlow.ProtoWriter;

namespace SegPipe.Models.Tests.Import.TensorFlow;

/// <summary>Frozen graphs of a few operators, and what ONNX makes of them.</summary>
public sealed class GraphConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Padding_of_even_sizes_goes_behind()
    {
        var (network, _) = Import(new GraphDefWriter().Picture(1, 8, 6, 3).Reals("w", new float[3 * 3 * 3 * 2], 3, 3, 3, 2).Convolution("c", "picture", "w", stride: 2));

        Assert.Equal([0, 0, 1, 1], Ints(Single(network, "Conv"), "pads"));
        Assert.Equal([1, 2, 4, 3], network.Graph.Graph.Output[0].Type.TensorType.Shape.Dim.Select(axis => axis.DimValue));
    }

    [Fact]
    public void Batch_normalisation_is_folded_into_the_convolution_before_it()
    {
        var (network, report) = Import(new GraphDefWriter().Picture(1, 4, 4, 3).Reals("w", [1, 2, 3, 4, 5, 6], 1, 1, 3, 2).Convolution("c", "picture", "w")
            .BatchNorm("n", "c", gamma: [2, 3], beta: [0.5f, 1], mean: [1, 2], variance: [3.5f, 0.5f]).Node("Relu", "r", ["n"]));

        Assert.Equal(["Conv", "Relu"], network.Graph.Graph.Node.Select(node => node.OpType));
        // gamma / √(variance + 0.5) is 1 and 3; outputs become the first axis.
        Assert.Equal([1, 3, 5, 6, 12, 18], Weights(network, "c/weights"));
        Assert.Equal([-0.5f, -5], Weights(network, "c/bias"));
        Assert.Equal(1, report.Operators["FusedBatchNormV3"]);
        Assert.Equal(8, report.Parameters);
    }

    [Fact]
    public void A_convolution_that_others_use_too_is_not_changed_by_the_normalisation_behind_it()
    {
        var (network, _) = Import(new GraphDefWriter().Picture(1, 4, 4, 3).Reals("w", [1, 2, 3], 1, 1, 3, 1).Convolution("c", "picture", "w")
            .BatchNorm("n", "c", gamma: [2], beta: [0], mean: [0], variance: [0.5f]).Node("AddV2", "sum", ["n", "c"]));

        Assert.Equal(["Conv", "Mul", "Add", "Add"], network.Graph.Graph.Node.Select(node => node.OpType));
        Assert.Equal([1, 2, 3], Weights(network, "c/weights"));
    }

    [Fact]
    public void A_pair_of_space_and_batch_becomes_an_atrous_convolution()
    {
        var (network, _) = Import(Atrous());

        var node = Single(network, "Conv");
        Assert.Equal([2, 3], Ints(node, "dilations"));
        Assert.Equal([2, 3, 2, 3], Ints(node, "pads"));
        Assert.Equal([1, 3, 10, 9], network.Graph.Graph.Output[0].Type.TensorType.Shape.Dim.Select(axis => axis.DimValue));
    }

    [Fact]
    public void Arithmetic_on_the_picture_goes_to_the_card()
    {
        var (network, _) = Import(new GraphDefWriter().Picture(1, 4, 4, 3).Reals("scale", [2 / 255f]).Reals("one", [1, 1, 1], 3)
            .Node("Mul", "m", ["scale", "picture"]).Node("Sub", "s", ["m", "one"]).Node("Relu", "r", ["s"]));

        Assert.Equal(["Relu"], network.Graph.Graph.Node.Select(node => node.OpType));
        Assert.All(network.Input.Scale, scale => Assert.Equal(2, scale, 5));
        Assert.All(network.Input.Mean, mean => Assert.Equal(0.5f, mean, 5));
    }

    [Fact]
    public void Shapes_are_reckoned_here_and_a_channel_shuffle_stays_with_channels_in_front()
    {
        var (network, _) = Import(Shuffle());

        Assert.Equal(["Conv", "Reshape", "Transpose", "Reshape", "Split"], network.Graph.Graph.Node.Select(node => node.OpType));
        Assert.Equal([1, 2, 2, 4, 6], Integers(network, network.Graph.Graph.Node[1].Input[1]));
        Assert.Equal([0, 2, 1, 3, 4], Ints(network.Graph.Graph.Node[2], "perm"));
    }

    [Fact]
    public void Another_input_size_changes_sizes_that_the_graph_states()
    {
        var (network, _) = Import(Pooled(), new PictureSize(12, 10));

        Assert.Equal(["Conv", "GlobalAveragePool", "Expand", "Add", "Resize"], network.Graph.Graph.Node.Select(node => node.OpType));
        Assert.Equal([1, 1, 5, 6], Integers(network, Single(network, "Expand").Input[1]));
        Assert.Equal([1, 1, 10, 12], Integers(network, Single(network, "Resize").Input[3]));
        Assert.Equal(CoordinateRule.AlignCorners, network.Coordinates);
    }

    [Fact]
    public void The_size_of_a_resize_may_be_reckoned_from_the_size_of_the_picture()
    {
        var (network, _) = Import(new GraphDefWriter().Picture(-1, -1, -1, 3).Node("Relu", "r", ["picture"]).Node("Shape", "shape", ["r"])
            .Integers("1", [1], 1).Integers("2", [2], 1).Node("StridedSlice", "height", ["shape", "1", "2", "1"], ("shrink_axis_mask", Number(3, 1)))
            .Node("Cast", "real", ["height"], ("DstT", Number(6, 1))).Reals("half", [0.5f]).Node("Mul", "halved", ["real", "half"])
            .Node("Cast", "whole", ["halved"], ("DstT", Number(6, 3))).Node("Pack", "size", ["whole", "whole"]).Node("ResizeBilinear", "small", ["r", "size"]), new PictureSize(9, 7));

        Assert.Equal([1, 3, 3, 3], Integers(network, Single(network, "Resize").Input[3]));
        Assert.Equal(new PictureSize(9, 7), network.Input.Size);
    }

    [Fact]
    public void A_graph_that_leaves_its_input_size_open_asks_for_one()
    {
        var error = Assert.Throws<SegPipeException>(() => Import(new GraphDefWriter().Picture(1, -1, -1, 3).Node("Relu", "r", ["picture"])));
        Assert.Contains("--input-size", error.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0807120753656750697065")]
    [InlineData("1C00000054464C3314002000")]
    [InlineData("504B0304140000000800")]
    [InlineData("0A0A0A0A0A0A0A0A0A0A0A0A")]
    [InlineData("0A")]
    [InlineData("")]
    public void Other_files_are_no_frozen_graphs(string start)
    {
        File.WriteAllBytes(_folder["g.pb"], Convert.FromHexString(start));
        Assert.False(new FrozenGraphImporter().Recognises(new(_folder["g.pb"])));
    }

    /// <summary>A shuffle of two groups of two channels on 6×4, whose shapes are computed from the picture's.</summary>
    internal static GraphDefWriter Shuffle() => new GraphDefWriter().Picture(1, 4, 6, 3).Reals("w", new float[12], 1, 1, 3, 4).Convolution("c", "picture", "w")
        .Node("Shape", "shape", ["c"]).Integers("0", [0], 1).Integers("1", [1], 1).Integers("2", [2], 1).Integers("3", [3], 1)
        .Node("StridedSlice", "batch", ["shape", "0", "1", "1"], ("shrink_axis_mask", Number(3, 1)))
        .Node("StridedSlice", "height", ["shape", "1", "2", "1"], ("shrink_axis_mask", Number(3, 1)))
        .Node("StridedSlice", "width", ["shape", "2", "3", "1"], ("shrink_axis_mask", Number(3, 1)))
        .Integers("all", [-1]).Integers("two", [2]).Integers("four", [4])
        .Node("Pack", "grouped", ["batch", "all", "two", "two"]).Node("Reshape", "a", ["c", "grouped"])
        .Integers("perm", [0, 1, 3, 2], 4).Node("Transpose", "b", ["a", "perm"])
        .Node("Pack", "flat", ["batch", "height", "width", "four"]).Node("Reshape", "d", ["b", "flat"])
        .Integers("axis", [3]).Node("Split", "halves", ["axis", "d"], ("num_split", Number(3, 2)));

    /// <summary>A convolution with the rates 2 and 3 between space and batch.</summary>
    internal static GraphDefWriter Atrous() => new GraphDefWriter().Picture(1, 10, 9, 3).Reals("w", new float[27], 3, 3, 3, 1)
        .Integers("block", [2, 3], 2).Integers("paddings", [2, 2, 3, 3], 2, 2).Integers("crops", [0, 0, 0, 0], 2, 2)
        .Node("SpaceToBatchND", "in", ["picture", "block", "paddings"]).Convolution("c", "in", "w", padding: "VALID", op: "DepthwiseConv2dNative")
        .Node("BatchToSpaceND", "out", ["c", "block", "crops"]);

    /// <summary>Image pooling beside a convolution, made for 8×8.</summary>
    internal static GraphDefWriter Pooled() => new GraphDefWriter().Picture(1, 8, 8, 3).Reals("w", new float[27], 3, 3, 3, 1).Convolution("c", "picture", "w", stride: 2)
        .Node("AvgPool", "pool", ["c"], ("ksize", List(1, 4, 4, 1)), ("strides", List(1, 1, 1, 1)), ("padding", Text(2, "VALID")))
        .Integers("small", [4, 4], 2).Node("ResizeBilinear", "back", ["pool", "small"]).Node("AddV2", "sum", ["back", "c"])
        .Integers("large", [8, 8], 2).Node("ResizeBilinear", "whole", ["sum", "large"], ("align_corners", Number(5, 1)));

    private (ImportedNetwork Network, ImportReport Report) Import(GraphDefWriter graph, PictureSize? size = null)
    {
        File.WriteAllBytes(_folder["g.pb"], graph.File);
        var report = new ImportReport();
        var source = new ImportSource(_folder["g.pb"]);
        Assert.True(new FrozenGraphImporter().Recognises(source));
        return (new FrozenGraphImporter().Import(source, new() { Name = "test", InputSize = size }, report), report);
    }

    private static NodeProto Single(ImportedNetwork network, string op) => network.Graph.Graph.Node.Single(node => node.OpType == op);

    private static long[] Ints(NodeProto node, string attribute) => [.. node.Attribute.Single(entry => entry.Name == attribute).Ints];

    private static float[] Weights(ImportedNetwork network, string name) => Values<float>(network, name);

    private static long[] Integers(ImportedNetwork network, string name) => Values<long>(network, name);

    private static T[] Values<T>(ImportedNetwork network, string name)
        where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(network.Graph.Graph.Initializer.Single(tensor => tensor.Name == name).RawData.Span).ToArray();
}
