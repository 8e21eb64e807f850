using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Stages.Tests.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests;

public sealed class ResizeStageTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public void The_models_card_says_what_the_tensor_is()
    {
        _bench.Models["m"] = new ModelOptions { Path = TinyModel.Write(Path.Combine(_bench.Folder, "m.onnx"), TinyModel.Card()) };
        var stage = new ResizeStage(new() { From = [new("picture", null)], Model = "m" }, _bench.Context());
        var picture = KernelFormats.Picture(16, 16, PictureLayout.Rgb);

        var tensor = Assert.IsType<TensorFormat>(stage.Negotiate(picture));

        Assert.Equal(new PictureSize(8, 4), tensor.Size);
        Assert.Equal(new Placement(2, 0, 4, 4), tensor.Placement);
        Assert.Equal(("m", ElementType.Float32, TensorLayout.Nchw), (tensor.Model, tensor.Element, tensor.Layout));
    }

    [Fact]
    public void A_white_picture_becomes_the_cards_white_between_bars_of_its_mean()
    {
        _bench.Models["m"] = new ModelOptions { Path = TinyModel.Write(Path.Combine(_bench.Folder, "m.onnx"), TinyModel.Card()) };
        var stage = new ResizeStage(new() { From = [new("picture", null)], Model = "m" }, _bench.Context());
        var picture = KernelFormats.Picture(16, 16, PictureLayout.Rgb);
        var tensor = stage.Negotiate(picture);
        var white = new byte[picture.FrameBytes!.Value];
        white.AsSpan().Fill(255);
        using var frame = _bench.Frame(picture, default, white);

        var elements = KernelFormats.Floats(_bench.Process(stage, frame, tensor));

        float[] levels = [(1 - 0.5f) * 2, (1 - 0.25f) * 4, 1];
        for (var i = 0; i < elements.Length; i++) Assert.Equal(i % 8 is >= 2 and < 6 ? levels[i / 32] : 0, elements[i], 1e-5f);
    }

    [Theory]
    [InlineData(PictureFit.Stretch, 0, 0, 100, 50)]
    [InlineData(PictureFit.Letterbox, 25, 0, 50, 50)]
    [InlineData(PictureFit.Crop, 0, -25, 100, 100)]
    public void Without_a_model_size_and_fit_are_the_users(PictureFit fit, double x, double y, double width, double height)
    {
        var stage = new ResizeStage(new() { From = [new("picture", null)], Width = 100, Height = 50, Fit = fit }, _bench.Context());

        var tensor = Assert.IsType<TensorFormat>(stage.Negotiate(KernelFormats.Picture(300, 300)));

        Assert.Equal(new Placement(x, y, width, height), tensor.Placement);
    }

    [Fact]
    public void A_letterbox_keeps_the_shape_in_which_the_picture_is_shown()
    {
        var stage = new ResizeStage(new() { From = [new("picture", null)], Width = 128, Height = 128, Fit = PictureFit.Letterbox }, _bench.Context());

        var tensor = Assert.IsType<TensorFormat>(stage.Negotiate(KernelFormats.Picture(720, 576) with { SampleAspect = new(64, 45) }));

        Assert.Equal(new Placement(0, 28, 128, 72), tensor.Placement);
    }

    [Theory]
    [InlineData(null, null, null, null, "model")]
    [InlineData(null, 8, null, null, "width")]
    [InlineData(null, null, 8, null, "height")]
    [InlineData("m", 8, null, null, "width")]
    [InlineData("m", null, null, PictureFit.Crop, "fit")]
    public void Options_that_do_not_go_together_are_named(string? model, int? width, int? height, PictureFit? fit, string option)
    {
        var options = new ResizeOptions { From = [new("picture", null)], Model = model, Width = width, Height = height, Fit = fit };

        Assert.Equal(option, Assert.Single(options.Check()).Option);
    }
}
