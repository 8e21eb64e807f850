using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests;

public sealed class InferStageTests : IAsyncLifetime
{
    private static readonly TensorFormat Tensor = new()
    {
        TimeBase = new(1, 25),
        Name = "still",
        Size = new(8, 4),
        Model = "m",
        Placement = new(0, 0, 8, 4),
    };

    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public void Logits_come_out_with_the_cards_format()
    {
        var stage = Stage(TinyModel.Card(), TinyOutput.Logits, [null, 3, 4, 8]);

        var format = Assert.IsType<LogitsFormat>(stage.Negotiate(Tensor));

        Assert.Equal(new PictureSize(8, 4), format.Size);
        Assert.Equal(CoordinateRule.AlignCorners, format.Coordinates);
        Assert.Equal(3, format.Classes.Count);
        Assert.Equal(LogitsContent.Logits, format.Content);
        Assert.Equal(Tensor.Placement, format.Placement);
        Assert.Equal((new Rational(1, 25), "m"), (format.TimeBase, format.Model));
    }

    [Fact]
    public void The_network_reads_and_writes_frame_memory()
    {
        var stage = Stage(TinyModel.Card(), TinyOutput.Logits, [null, 3, 4, 8]);
        var format = stage.Negotiate(Tensor);
        for (var seed = 0; seed < 5; seed++)
        {
            var values = Values(seed);
            using var input = _bench.Frame(Tensor, default, values);

            Assert.Equal(values, _bench.Process(stage, input, format));
        }
    }

    [Theory]
    [InlineData(TinyOutput.Int64Labels)]
    [InlineData(TinyOutput.Int32Labels)]
    [InlineData(TinyOutput.UInt8Labels)]
    public void A_model_that_puts_out_class_maps_gives_one_byte_a_cell(TinyOutput output)
    {
        var stage = Stage(TinyModel.LabelsCard(), output, [null, 4, 8]);
        var format = Assert.IsType<LogitsFormat>(stage.Negotiate(Tensor));
        var bytes = Values(1);
        var values = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        using var input = _bench.Frame(Tensor, default, bytes);

        var labels = _bench.Process(stage, input, format);

        Assert.Equal(LogitsContent.Labels, format.Content);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (byte)Enumerable.Range(0, 3).MaxBy(c => values[c * 32 + i])), labels);
    }

    [Fact]
    public void A_class_that_the_card_does_not_know_fails_the_frame()
    {
        var card = TinyModel.LabelsCard();
        card["classes"]!.AsArray().RemoveAt(2);
        var stage = Stage(card, TinyOutput.Int64Labels, [null, 4, 8]);
        var format = stage.Negotiate(Tensor);
        var values = new float[96];
        values[64] = 1;
        using var input = _bench.Frame(Tensor, default, MemoryMarshal.AsBytes<float>(values));

        var error = Assert.Throws<SegPipeException>(() => _bench.Process(stage, input, format));

        Assert.Contains("classes beyond the 2 of its card", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_allocated_once_the_buffers_are_known()
    {
        var stage = Stage(TinyModel.Card(), TinyOutput.Logits, [null, 3, 4, 8]);
        var format = stage.Negotiate(Tensor);
        using var input = _bench.Frame(Tensor, default, Values(0));
        using var output = _bench.Rent(format);
        for (var i = 0; i < 100; i++) stage.Process(input, output);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++) stage.Process(input, output);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void Streams_share_one_session()
    {
        Stage(TinyModel.Card(), TinyOutput.Logits, [null, 3, 4, 8]).Negotiate(Tensor);
        var first = Inference.ModelSession.Of(_bench.Context("a"), "m");

        Assert.Same(first, Inference.ModelSession.Of(_bench.Context("b"), "m"));
    }

    [Fact]
    public void An_output_that_the_file_leaves_open_is_held_against_the_card_before_the_first_frame()
    {
        var card = TinyModel.Card();
        card["output"]!["width"] = 7;
        var stage = Stage(card, TinyOutput.Logits, [null, null, null, null]);

        var error = Assert.Throws<SegPipeException>(() => stage.Negotiate(Tensor));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.Contains("puts out [1, 3, 4, 8], its card says 7x4 cells and 3 classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_another_model_or_size_is_refused()
    {
        var stage = Stage(TinyModel.Card(), TinyOutput.Logits, [null, 3, 4, 8]);

        Assert.Contains("prepared for model 'other'", Assert.Throws<SegPipeException>(() => stage.Negotiate(Tensor with { Model = "other" })).Message, StringComparison.Ordinal);
        Assert.Contains("takes 8x4 float32 NCHW of 3 channels, its input is 9x4", Assert.Throws<SegPipeException>(() => stage.Negotiate(Tensor with { Size = new(9, 4) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_that_is_not_installed_is_named()
    {
        var stage = Stage(TinyModel.Card(), TinyOutput.Logits, [null, 3, 4, 8]);
        _bench.Models["m"] = _bench.Models["m"] with { Provider = ModelProvider.Openvino };

        var error = Assert.Throws<SegPipeException>(() => stage.Negotiate(Tensor));

        Assert.Equal(ExitCode.Unavailable, error.Code);
        Assert.Contains("no provider openvino", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_not_there_stops_the_stage_from_being_made()
    {
        _bench.Models["m"] = new ModelOptions { Path = Path.Combine(_bench.Folder, "none.onnx") };

        Assert.Equal(ExitCode.InputMissing, Assert.Throws<SegPipeException>(MakeStage).Code);
    }

    [Fact]
    public void The_demonstration_model_runs()
    {
        var path = ModelCatalog.Find(ModelCatalog.Default);
        _bench.Models["m"] = new ModelOptions { Path = path };
        var stage = MakeStage();
        var tensor = Tensor with { Size = new(1024, 512), Placement = new(0, 0, 1024, 512) };
        var format = Assert.IsType<LogitsFormat>(stage.Negotiate(tensor));
        using var input = _bench.Frame(tensor, default, new byte[tensor.FrameBytes!.Value]);

        var logits = MemoryMarshal.Cast<byte, float>(_bench.Process(stage, input, format)).ToArray();

        Assert.Equal(19 * 32 * 64, logits.Length);
        Assert.All(logits, value => Assert.InRange(value, -100f, 100f));
        Assert.True(logits.Max() - logits.Min() > 1);
    }

    private static byte[] Values(int seed)
    {
        var random = new Random(seed);
        return MemoryMarshal.AsBytes<float>(Enumerable.Range(0, 96).Select(_ => random.NextSingle()).ToArray()).ToArray();
    }

    private InferStage Stage(JsonObject card, TinyOutput output, long?[] shape)
    {
        _bench.Models["m"] = new ModelOptions { Path = TinyModel.Write(Path.Combine(_bench.Folder, "m.onnx"), card, output, shape) };
        return MakeStage();
    }

    private InferStage MakeStage() => new(new InferOptions { From = [new("small", null)], Model = "m" }, _bench.Context());
}
