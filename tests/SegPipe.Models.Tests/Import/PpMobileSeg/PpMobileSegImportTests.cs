using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.Pickle;
using SegPipe.Models.Import.PpMobileSeg;
using SegPipe.Models.Onnx;
using SegPipe.Testing.Checkpoints;

namespace SegPipe.Models.Tests.Import.PpMobileSeg;

public sealed class PpMobileSegImportTests
{
    private readonly MicroMobileSeg _net = MicroMobileSeg.Create();
    private readonly ImportReport _report = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_frameworks_names_give_the_same_graph(bool gated)
    {
        var net = MicroMobileSeg.Create(gated: gated);
        var torch = Import(TorchZip.Read("a.pth", CheckpointWriter.TorchZip(net.Tensors)));
        var stream = Import(TorchStream.Read("a.pth", CheckpointWriter.TorchStream(net.Tensors)));
        var paddle = Import(PaddleParameters.Read("a.pdparams", CheckpointWriter.Paddle(net.Paddle())));

        Assert.NotEmpty(net.Paddle().Keys.Except(net.Tensors.Keys));
        Assert.Equal(torch.Graph.Graph, paddle.Graph.Graph);
        Assert.Equal(torch.Graph.Graph, stream.Graph.Graph);
    }

    [Theory]
    [InlineData(512, 512, true, 32, 32)]
    [InlineData(768, 384, true, 48, 24)]
    [InlineData(768, 384, false, 96, 48)]
    [InlineData(501, 333, true, 31, 21)]
    [InlineData(501, 333, false, 63, 42)]
    [InlineData(32, 32, true, 2, 2)]
    public void Logits_have_an_eighth_or_a_sixteenth_of_the_input_and_odd_sides_round_down_in_the_fusion(int width, int height, bool gated, int columns, int rows)
    {
        var network = Import(Torch(MicroMobileSeg.Create(gated: gated)), new(width, height));

        Assert.Equal([1, 4, rows, columns], Axes(network.Graph.Graph.Output[0]));
        Assert.Equal([1, 3, height, width], Axes(network.Graph.Graph.Input[0]));
        Assert.Equal(new(width, height), network.Input.Size);
        Assert.Equal(CoordinateRule.HalfPixel, network.Coordinates);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(150)]
    public void The_number_of_classes_is_the_last_convolutions(int classes) =>
        Assert.Equal(classes, Axes(Import(Torch(MicroMobileSeg.Create(classes))).Graph.Graph.Output[0])[1]);

    [Theory]
    [InlineData("module.")]
    [InlineData("student.")]
    [InlineData("")]
    public void What_training_puts_before_the_names_is_taken_off(string prefix)
    {
        var wrapped = _net.Tensors.ToDictionary(t => prefix + t.Key, t => t.Value);
        wrapped["teacher.decode_head.x"] = new([1], [1]);

        Assert.Equal(Import(Torch(_net)).Graph.Graph, Import(TorchZip.Read("a.pth", CheckpointWriter.TorchZip(wrapped))).Graph.Graph);
    }

    [Fact]
    public void Learnable_values_are_counted_and_the_rest_is_not()
    {
        Import(Torch(_net));

        string[] counted = ["running_mean", "running_var", "num_batches_tracked"];
        Assert.Equal(_net.Tensors.Where(t => !counted.Any(t.Key.EndsWith)).Sum(t => t.Value.Values.Length), _report.Parameters);
    }

    [Fact]
    public void Another_network_of_the_family_is_built_as_its_tensors_say_and_reported()
    {
        Assert.Equal("pp_mobileseg", Import(Torch(_net)).Family);
        Assert.Contains(_report.Warnings, w => w.Contains("no published PP-MobileSeg"));
    }

    [Fact]
    public void Tensors_that_belong_to_no_layer_are_reported()
    {
        _net.Tensors["auxiliary_head.conv_seg.weight"] = new([1], [1]);

        Import(Torch(_net));

        Assert.Contains("1 tensors belong to no layer and were left out ('auxiliary_head.conv_seg.weight')", _report.Warnings);
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        _net.Tensors.Remove("backbone.smb3.blocks.1.linear_conv.bn.running_var");

        Assert.Equal("a.pth cannot be imported: the tensor 'backbone.smb3.blocks.1.linear_conv.bn.running_var' is missing.", Refused());
    }

    [Fact]
    public void A_backbone_alone_is_no_network()
    {
        _net.Tensors.Keys.Where(k => k.StartsWith("decode_head", StringComparison.Ordinal)).ToList().ForEach(k => _net.Tensors.Remove(k));

        Assert.Contains("'decode_head.linear_fuse.conv.weight' is missing", Refused());
    }

    [Theory]
    [InlineData("backbone.smb2.blocks.0.expand_conv.conv.weight", new[] { 12, 5, 1, 1 }, "[12, 5, 1, 1] instead of [any, 6, any, any]")]
    [InlineData("backbone.smb2.blocks.0.bottleneck_conv.conv.weight", new[] { 12, 1, 4, 4 }, "[12, 1, 4, 4] instead of an odd square kernel")]
    [InlineData("backbone.smb2.blocks.0.expand_conv.bn.bias", new[] { 3 }, "[3] instead of [12]")]
    [InlineData("backbone.trans1.transformer_blocks.0.attn.to_q.conv.weight", new[] { 17, 12, 1, 1 }, "has 17 outputs, which are no heads of 16")]
    [InlineData("backbone.trans2.transformer_blocks.0.attn.pos_emb_rowq.pos_embed", new[] { 1, 24, 0 }, "[1, 24, 0] instead of [1, 24, any]")]
    [InlineData("backbone.inj_module.embedding_list.2.conv.weight", new[] { 10, 15, 1, 1 }, "[10, 15, 1, 1] instead of [any, 16, any, any]")]
    public void A_tensor_that_does_not_fit_its_neighbours_is_named(string name, int[] shape, string cause)
    {
        _net.Tensors[name] = new(shape, new float[shape.Aggregate(1, (a, b) => a * b)]);
        foreach (var vector in (string[])["weight", "bias", "running_mean", "running_var"])
            if (name.EndsWith(".conv.weight", StringComparison.Ordinal)) _net.Tensors[name.Replace("conv.weight", $"bn.{vector}")] = new([shape[0]], new float[shape[0]]);

        var message = Refused();

        Assert.Contains($"'{name}'", message);
        Assert.Contains(cause, message);
    }

    [Fact]
    public void Weights_of_another_network_are_told_apart()
    {
        var error = Assert.Throws<SegPipeException>(() => Import(TorchZip.Read("a.pth", CheckpointWriter.TorchZip([new("layer1.weight", new([1], [1]))]))));

        Assert.Contains("its 1 tensors ('layer1.weight', …) are not those of PP-MobileSeg", error.Message);
        Assert.Contains("export ONNX", error.Advice);
    }

    [Fact]
    public void Sizes_that_leave_no_map_are_refused() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<SegPipeException>(() => Import(Torch(_net), new(31, 64))).Code);

    [Fact]
    public void Batch_normalisation_is_folded()
    {
        var conv = new Dictionary<string, StoredTensor>();
        foreach (var (name, shape, values) in (IEnumerable<(string, int[], float[])>)
            [("m.conv.weight", [2, 1, 1, 1], [3, 5]), ("m.conv.bias", [2], [1, 2]), ("m.bn.weight", [2], [2, 0.5f]), ("m.bn.bias", [2], [7, 8]), ("m.bn.running_mean", [2], [4, -1]), ("m.bn.running_var", [2], [0.25f, 4])])
            conv[name] = TorchZip.Read("a", CheckpointWriter.TorchZip([new("t", new(shape, values))])).Tensors["t"];

        var folded = new PpMobileSegWeights(new("a", 1000, conv, null), conv).Convolution("m", 1);

        Assert.Equal([12, 1.25f], folded.Weight.Select(w => MathF.Round(w, 3)));
        Assert.Equal([-5, 8.75f], folded.Bias.Select(w => MathF.Round(w, 3)));
    }

    private static Checkpoint Torch(MicroMobileSeg net) => TorchZip.Read("a.pth", CheckpointWriter.TorchZip(net.Tensors));

    private static long[] Axes(ValueInfoProto value) => [.. value.Type.TensorType.Shape.Dim.Select(d => d.DimValue)];

    private ImportedNetwork Import(Checkpoint checkpoint, PictureSize? size = null) =>
        PpMobileSegImport.Import(checkpoint, new() { Name = "a", InputSize = size }, _report);

    private string Refused()
    {
        var error = Assert.Throws<SegPipeException>(() => Import(Torch(_net)));
        Assert.Equal(ExitCode.InputUnusable, error.Code);
        return error.Message;
    }
}
