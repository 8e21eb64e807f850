using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class ImageFolderSinkTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public async Task Rgb_pictures_lose_nothing()
    {
        var planes = SinkBench.Noise(1, 3 * 35);

        await SinkBench.WriteAsync(_bench, Sink(), (SinkBench.Picture(7, 5, PictureLayout.Rgb, "still"), default, planes));

        var image = PngReader.Read(Path.Combine(_bench.Folder, "out/still.png"));
        Assert.Equal((7, 5, 3), (image.Width, image.Height, image.Channels));
        Assert.Equal(Enumerable.Range(0, 105).Select(i => planes[i % 3 * 35 + i / 3]), image.Samples);
    }

    [Fact]
    public async Task I420_pictures_have_the_colours_that_their_tags_say()
    {
        // BT.709, limited: luma 63, chroma 102 and 240 are pure red within one step.
        byte[] red = [.. Enumerable.Repeat((byte)63, 16), .. Enumerable.Repeat((byte)102, 4), .. Enumerable.Repeat((byte)240, 4)];

        await SinkBench.WriteAsync(_bench, Sink(), (SinkBench.Picture(4, 4), new FrameHeader { Sequence = 3 }, red));

        var image = PngReader.Read(Path.Combine(_bench.Folder, "out/000003.png"));
        for (var i = 0; i < 48; i += 3)
        {
            Assert.InRange(image.Samples[i], 253, 255);
            Assert.InRange(image.Samples[i + 1], 0, 2);
            Assert.InRange(image.Samples[i + 2], 0, 2);
        }
    }

    private ImageFolderSink Sink() => new(new ImageFolderOptions { From = SinkBench.From, Path = "out" }, _bench.Context());
}
