using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Stages.Tests.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests;

public sealed class ColorizeStageTests : IAsyncLifetime
{
    private static readonly PictureFormat Picture = KernelFormats.Picture(4, 2, PictureLayout.Rgb);

    private static readonly LabelsFormat Labels = new()
    {
        TimeBase = new(1, 25),
        Size = new(4, 2),
        Classes = new([new(0, "red", "#ff0000"), new(1, "green", "#00ff00")]),
    };

    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public void The_models_own_colours_are_taken_where_no_palette_is_named()
    {
        var output = Run(Stage(opacity: 1), [0, 0, 0, 0, 1, 1, 1, 255]);

        Assert.Equal([255, 255, 255, 255, 0, 0, 0, 9], output[..8]);
        Assert.Equal([0, 0, 0, 0, 255, 255, 255, 9], output[8..16]);
    }

    [Fact]
    public void A_named_palette_replaces_them()
    {
        var output = Run(Stage(opacity: 1, palette: "cityscapes"), new byte[8]);

        Assert.Equal([0x80, 0x40, 0x80], new[] { output[0], output[8], output[16] });
    }

    [Fact]
    public void A_picture_without_a_class_map_passes_as_it_is()
    {
        var stage = Stage(opacity: 1);
        stage.Negotiate([Picture, Labels]);
        var bytes = KernelFormats.Bytes(new Random(421), 24);
        using var picture = _bench.Frame(Picture, default, bytes);
        using var output = _bench.Rent(Picture);

        stage.Process([picture, default], output);

        Assert.Equal(bytes, output.Bytes.ToArray());
    }

    [Fact]
    public void A_class_map_of_another_size_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<SegPipeException>(() => Stage().Negotiate([Picture, Labels with { Size = new(8, 4) }]));

        Assert.Contains("8x4", error.Message, StringComparison.Ordinal);
        Assert.Contains("like:", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_palette_with_too_few_colours_is_refused()
    {
        var classes = new ClassTable([.. Enumerable.Range(0, 150).Select(id => new ClassEntry(id, $"{id}", "#000000"))]);

        var error = Assert.Throws<SegPipeException>(() => Stage(palette: "cityscapes").Negotiate([Picture, Labels with { Classes = classes }]));

        Assert.Contains("150 classes", error.Message, StringComparison.Ordinal);
    }

    private byte[] Run(ColorizeStage stage, byte[] classes)
    {
        var format = stage.Negotiate([Picture, Labels]);
        var bytes = new byte[24];
        bytes.AsSpan().Fill(9);
        using var picture = _bench.Frame(Picture, default, bytes);
        using var labels = _bench.Frame(Labels, default, classes);
        using var output = _bench.Rent(format);
        stage.Process([picture, labels], output);
        return output.Bytes.ToArray();
    }

    private ColorizeStage Stage(double opacity = 0.5, string? palette = null) =>
        new(new() { From = [new InputReference("picture", null), new("labels", null)], Opacity = opacity, Palette = palette }, _bench.Context());
}
