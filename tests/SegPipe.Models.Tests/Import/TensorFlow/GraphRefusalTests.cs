using SegPipe.Models.Import;
using SegPipe.Models.Import.TensorFlow;
using SegPipe.Testing;
using static SegPipe.Models.Tests.Import.TensorFlow.ProtoWriter;

namespace SegPipe.Models.Tests.Import.TensorFlow;

/// <summary>Graphs that are damaged, hostile or beyond what can be converted: one line that names the operator.</summary>
public sealed class GraphRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Operators_that_feed_each_other_are_refused() =>
        Refused(Picture().Node("AddV2", "a", ["picture", "b"]).Node("Relu", "b", ["a"]).Node("Relu", "end", ["b"]), "'a'", "circle with b");

    [Fact]
    public void An_operator_that_feeds_itself_is_refused() => Refused(Picture().Node("AddV2", "a", ["a", "picture"]).Node("Relu", "end", ["a"]), "'a'", "circle");

    [Fact]
    public void An_input_that_does_not_exist_is_refused() => Refused(Picture().Node("Relu", "r", ["nothing"]), "'r'", "nothing");

    [Fact]
    public void An_output_that_does_not_exist_is_refused() => Refused(Picture().Node("Relu", "r", ["picture:7"]), "'r'", "picture:7");

    [Fact]
    public void A_missing_input_is_refused() => Refused(Picture().Node("AddV2", "a", ["picture"]), "AddV2 a", "input 1 is missing");

    [Fact]
    public void Two_operators_of_one_name_are_refused() => Refused(Picture().Node("Relu", "r", ["picture"]).Node("Relu", "r", ["picture"]), "'r'", "two operators");

    [Fact]
    public void An_unknown_operator_is_refused() => Refused(Picture().Node("LSTMBlockCell", "l", ["picture"]), "LSTMBlockCell l", "not supported");

    [Fact]
    public void Normalisation_in_training_mode_is_refused() => Refused(Picture().BatchNorm("n", "picture", [1], [0], [0], [1], training: true), "FusedBatchNormV3 n", "training");

    [Fact]
    public void Weights_for_other_channels_are_refused() =>
        Refused(Picture().Reals("w", new float[8], 1, 1, 4, 2).Convolution("c", "picture", "w"), "Conv2D c", "[1, 1, 4, 2] do not fit 3 channels");

    [Fact]
    public void A_constant_that_is_shorter_than_its_shape_is_refused() => Refused(Picture().Reals("w", new float[8], 1, 1, 3, 1000).Convolution("c", "picture", "w"), "byte", "32 bytes");

    [Fact]
    public void A_constant_of_billions_of_repeated_values_is_refused() =>
        Refused(Picture().Node("Const", "w", [], ("value", Bytes(8, Join(Number(1, 1), Bytes(2, Join(Bytes(2, Number(1, 30000)), Bytes(2, Number(1, 60000)))), Single(5, 1))))).Convolution("c", "picture", "w"), "byte", "lists 1 values");

    [Fact]
    public void The_same_weights_again_and_again_do_not_fill_the_memory()
    {
        var graph = Picture().Reals("w", new float[3 * 65536], 1, 1, 3, 65536).Convolution("c0", "picture", "w").Reals("back", new float[3 * 65536], 1, 1, 65536, 3);
        for (var i = 0; i < 40; i++) graph.Convolution($"back{i}", $"c{i}", "back").Convolution($"c{i + 1}", $"back{i}", "w");
        Refused(graph, "weights", "more weights than the file holds");
    }

    [Fact]
    public void A_chain_of_thousands_of_operators_is_no_reason_to_fall_over()
    {
        var graph = Picture().Node("Identity", "i0", ["picture"]);
        for (var i = 1; i < 40_000; i++) graph.Node("Identity", $"i{i}", [$"i{i - 1}"]);
        var network = Import(graph.File);
        Assert.Equal("input", network.Graph.Graph.Output[0].Name);
    }

    [Fact]
    public void Every_shortened_file_gives_a_result_or_one_line()
    {
        var whole = GraphConversionTests.Shuffle().File;
        for (var length = 0; length < whole.Length; length++) Try(whole[..length]);
    }

    private static GraphDefWriter Picture() => new GraphDefWriter().Picture(1, 4, 4, 3);

    private void Refused(GraphDefWriter graph, params string[] words)
    {
        var error = Assert.Throws<SegPipeException>(() => Import(graph.File));
        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
    }

    private void Try(byte[] file)
    {
        try
        {
            Import(file);
        }
        catch (SegPipeException e)
        {
            Assert.Equal(ExitCode.InputUnusable, e.Code);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private ImportedNetwork Import(byte[] file)
    {
        File.WriteAllBytes(_folder["g.pb"], file);
        return new FrozenGraphImporter().Import(new(_folder["g.pb"]), new() { Name = "test" }, new());
    }
}
