using System.Collections.Immutable;
using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Stages.Tests.Kernels;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Stages.Tests;

/// <summary>Resize, infer and vim_upsample one after the other, on frames of the demonstration clip against its exact labels.</summary>
public sealed class SegmentationChainTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void The_demonstration_model_labels_its_clip_as_its_card_says(int second)
    {
        _bench.Models["street"] = new ModelOptions { Path = ModelCatalog.Find(ModelCatalog.Default) };
        var resize = new ResizeStage(new() { From = [new("picture", null)], Model = "street" }, _bench.Context());
        var infer = new InferStage(new() { From = [new("small", null)], Model = "street" }, _bench.Context());
        var upsample = new VimUpsampleStage(new() { From = [new("logits", null)], Like = "picture" }, _bench.Context());
        var picture = KernelFormats.Picture(2048, 1024) with { Pictures = ImmutableDictionary<string, PictureSize>.Empty.Add("picture", new(2048, 1024)) };
        var tensor = resize.Negotiate(picture);
        var logits = infer.Negotiate(tensor);
        var labels = upsample.Negotiate(logits with { Pictures = picture.Pictures });

        using var whole = _bench.Frame(picture, default, Raw("street.mp4", second, "yuv420p"));
        using var small = _bench.Frame(tensor, default, _bench.Process(resize, whole, tensor));
        using var scores = _bench.Frame(logits, default, _bench.Process(infer, small, logits));
        var found = _bench.Process(upsample, scores, labels);

        var truth = Raw("street.labels.mkv", second, "gray");
        var known = truth.Count(label => label != 255);
        var accuracy = (double)found.Zip(truth).Count(pair => pair.First == pair.Second) / known;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"second {second}: {accuracy:P2} of the pixels"));
        Assert.InRange(accuracy, 0.95, 1);
    }

    private static byte[] Raw(string file, int second, string format) =>
        Tool.Ffmpeg($"-ss {second} -i {Path.Combine(SharedFolder.Repository, "assets", file)} -frames:v 1 -f rawvideo -pix_fmt {format} -");
}
