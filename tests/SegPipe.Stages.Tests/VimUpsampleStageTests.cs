using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SegPipe.Frames;
using SegPipe.Stages.Tests.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests;

public sealed class VimUpsampleStageTests : IAsyncLifetime
{
    private static readonly LogitsFormat Logits = KernelFormats.Logits(3, 4, 2) with
    {
        Name = "still",
        Pictures = ImmutableDictionary<string, PictureSize>.Empty.Add("picture", new(64, 32)).Add("other", new(5, 5)),
    };

    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public void The_class_map_gets_the_size_of_the_picture_that_like_names()
    {
        var labels = Assert.IsType<LabelsFormat>(Stage(new() { From = [new("logits", null)], Like = "picture" }).Negotiate(Logits));

        Assert.Equal(new PictureSize(64, 32), labels.Size);
        Assert.Equal(3, labels.Classes.Count);
    }

    [Fact]
    public void Like_that_names_no_picture_above_says_which_there_are()
    {
        var error = Assert.Throws<SegPipeException>(() => Stage(new() { From = [new("logits", null)], Like = "drive" }).Negotiate(Logits));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.Contains("other, picture", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_class_is_painted()
    {
        var stage = Stage(new() { From = [new("logits", null)], Width = 9, Height = 5 });
        var format = stage.Negotiate(Logits);
        var values = new float[24];
        values.AsSpan(16).Fill(1);
        using var frame = _bench.Frame(Logits, default, MemoryMarshal.AsBytes<float>(values));

        Assert.All(_bench.Process(stage, frame, format), label => Assert.Equal(2, label));
    }

    [Fact]
    public void Boundaries_are_a_map_of_two_classes()
    {
        var stage = Stage(new() { From = [new("logits", null)], Like = "picture", Output = UpsampleOutput.Boundaries });
        var format = Assert.IsType<LabelsFormat>(stage.Negotiate(Logits));
        // Class 1 wins in the right half of the cells.
        var values = new float[24];
        foreach (var cell in (int[])[2, 3, 6, 7]) values[8 + cell] = 4;
        foreach (var cell in (int[])[0, 1, 4, 5]) values[cell] = 4;
        using var frame = _bench.Frame(Logits, default, MemoryMarshal.AsBytes<float>(values));

        var map = _bench.Process(stage, frame, format);

        Assert.Equal(["inside", "boundary"], format.Classes.Entries.Select(entry => entry.Name));
        for (var i = 0; i < map.Length; i++) Assert.Equal(i % 64 == 31 ? 1 : 0, map[i]);
    }

    [Fact]
    public void Confidence_is_a_map_of_grey_levels_and_needs_scores()
    {
        var stage = Stage(new() { From = [new("logits", null)], Like = "picture", Output = UpsampleOutput.Confidence });
        var format = Assert.IsType<LabelsFormat>(stage.Negotiate(Logits));
        var values = new float[24];
        values.AsSpan(16).Fill(2);
        using var frame = _bench.Frame(Logits, default, MemoryMarshal.AsBytes<float>(values));

        Assert.All(_bench.Process(stage, frame, format), level => Assert.Equal(32, level));
        Assert.Equal(new(32, "lead 2", "#202020"), format.Classes.Entries[32]);
        Assert.Contains("needs a network that puts out scores", Assert.Throws<SegPipeException>(() => stage.Negotiate(Logits with { Content = LogitsContent.Labels })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_that_are_no_numbers_fail_the_frame()
    {
        var stage = Stage(new() { From = [new("logits", null)], Like = "picture" });
        var format = stage.Negotiate(Logits);
        var values = new float[24];
        values[5] = float.NaN;
        using var frame = _bench.Frame(Logits, default, MemoryMarshal.AsBytes<float>(values));

        Assert.Contains("not finite", Assert.Throws<SegPipeException>(() => _bench.Process(stage, frame, format)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_puts_out_classes_is_enlarged_to_the_nearest()
    {
        var cells = KernelFormats.Logits(3, 2, 1, content: LogitsContent.Labels);
        var stage = Stage(new() { From = [new("logits", null)], Width = 4, Height = 2 });
        var format = stage.Negotiate(cells);
        using var frame = _bench.Frame(cells, default, [1, 2]);

        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2], _bench.Process(stage, frame, format));
    }

    [Theory]
    [InlineData(null, null, null, "like")]
    [InlineData("picture", 8, 8, "like")]
    [InlineData(null, 8, null, "width")]
    [InlineData(null, null, 8, "height")]
    public void A_size_that_is_missing_or_given_twice_is_named(string? like, int? width, int? height, string option)
    {
        var options = new VimUpsampleOptions { From = [new("logits", null)], Like = like, Width = width, Height = height };

        Assert.Equal(option, Assert.Single(options.Check()).Option);
    }

    private VimUpsampleStage Stage(VimUpsampleOptions options) => new(options, _bench.Context());
}
