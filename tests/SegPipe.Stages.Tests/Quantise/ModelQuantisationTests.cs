using SegPipe.Models;
using SegPipe.Models.Onnx;
using SegPipe.Models.Quantise;
using SegPipe.Stages.Inference;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Quantise;

public sealed class ModelQuantisationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_quantised_network_stays_close_to_the_float_one(bool reducesRange)
    {
        var model = new SmallNetwork().Write(_folder["float.onnx"]);
        var pictures = SmallNetwork.Pictures(6);

        var result = Quantise(model, pictures[..4], new() { ReducesRange = reducesRange, Share = 1 });

        foreach (var picture in pictures[4..])
        {
            var (before, after) = (SmallNetwork.Logits(model, picture), SmallNetwork.Logits(result.Model, picture));
            var largest = before.Max(MathF.Abs);
            var difference = before.Zip(after, (a, b) => MathF.Abs(a - b)).Max() / largest;
            // Above nothing: integers were really computed with.
            Assert.InRange(difference, 1e-4f, 0.06f);
        }

        Assert.InRange(result.Agreement, 0.95, 1);
        Assert.True(result.Model.Bytes > 0);
    }

    [Fact]
    public void What_pays_is_quantised_and_the_rest_stays_float()
    {
        var model = new SmallNetwork().Write(_folder["float.onnx"]);

        var result = Quantise(model, SmallNetwork.Pictures(2), new());

        // Not the picture's convolution, not squeeze and excitation's two, not the one that puts out.
        Assert.Equal(new SortedDictionary<string, int> { ["Add"] = 1, ["Conv"] = 3, ["GlobalAveragePool"] = 1, ["Mul"] = 1, ["Resize"] = 1 }, new SortedDictionary<string, int>(result.Quantised.ToDictionary()));
        Assert.StartsWith("uint8 activations, int8 weights per channel; Add 1, Conv 3,", result.Model.Card.Quantisation);
        Assert.Equal("quantised", result.Model.Card.Name);
        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(result.Model.Path)).Graph;
        Assert.DoesNotContain(graph.Node, node => node.OpType is "Clip" or "ReduceMean");
        Assert.Equal(3, graph.Initializer.Count(tensor => tensor.DataType == (int)OnnxType.Int8 && tensor.Dims.Count == 4));
    }

    [Fact]
    public void Only_the_operators_that_are_asked_for_are_quantised()
    {
        var model = new SmallNetwork().Write(_folder["float.onnx"]);

        var result = Quantise(model, SmallNetwork.Pictures(2), new() { Operators = ["Conv"] });

        Assert.Equal([new("Conv", 3)], result.Quantised);
    }

    [Fact]
    public void A_network_without_such_operators_is_refused_and_leaves_nothing()
    {
        var model = new SmallNetwork().Write(_folder["float.onnx"]);

        var error = Assert.Throws<SegPipeException>(() => Quantise(model, SmallNetwork.Pictures(1), new() { Operators = ["Concat"] }));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains("holds nothing to be quantised: none of Concat", error.Message);
        Assert.Equal([model.Path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_quantised_model_is_not_quantised_again()
    {
        var result = Quantise(new SmallNetwork().Write(_folder["float.onnx"]), SmallNetwork.Pictures(1), new());

        var error = Assert.Throws<SegPipeException>(() => ModelQuantisation.Require(result.Model));

        Assert.Contains("is quantised already (int8 weights per channel)", error.Message);
    }

    [Fact]
    public void An_optimised_model_computes_the_same_in_other_forms()
    {
        var model = new SmallNetwork().Write(_folder["float.onnx"]);

        var result = new ModelOptimisation(new NetworkCheck(), new NetworkRuns()).Run(model, _folder["optimised.onnx"]);

        var picture = SmallNetwork.Pictures(1)[0];
        var (before, after) = (SmallNetwork.Logits(model, picture), SmallNetwork.Logits(result.Model, picture));
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(1, result.Spread);
        Assert.Equal(["HardSigmoid", "GlobalAveragePool"], result.Model.Graph.Operators.Select(op => op.Operator).Intersect(["HardSigmoid", "GlobalAveragePool", "ReduceMean"]).OrderDescending());
    }

    private QuantisationResult Quantise(ModelFile model, byte[][] pictures, QuantisationOptions options) =>
        new ModelQuantisation(new NetworkCheck(), new NetworkRuns()).Run(model, _folder["quantised.onnx"], pictures, options);
}
