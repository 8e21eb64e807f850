using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Sources.Street;
using SegPipe.Testing;

namespace SegPipe.Sources.Tests;

public sealed class StreetSourceTests
{
    [Fact]
    public async Task Pictures_and_their_class_maps_come_in_pairs_with_rising_times()
    {
        await using var bench = new ComponentBench();
        await using var source = new StreetSource(new StreetOptions { Seed = 3, Width = 96, Height = 54, Fps = 12.5, Frames = 4, StartMs = 2000 }, bench.Context());
        var formats = await source.OpenAsync(CancellationToken.None);

        var frames = await bench.RunAsync(source);

        var picture = Assert.IsType<PictureFormat>(formats[0]);
        var labels = Assert.IsType<LabelsFormat>(formats[1]);
        Assert.Equal((new Rational(2, 25), 4L, new PictureSize(96, 54)), (picture.TimeBase, picture.FrameCount, picture.Size));
        Assert.Equal((ColorRange.Limited, ColorMatrix.Bt709), (picture.Color.Range, picture.Color.Matrix));
        Assert.Equal(19, labels.Classes.Count);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], frames.Select(frame => frame.Output));
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], frames.Select(frame => (int)frame.Header.Sequence));
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], frames.Select(frame => (int)frame.Header.Pts));
        Assert.All(frames, frame => Assert.Same(formats[frame.Output], frame.Format));
    }

    [Fact]
    public async Task The_bytes_are_the_scenes()
    {
        await using var bench = new ComponentBench();
        await using var source = new StreetSource(new StreetOptions { Seed = 3, Width = 95, Height = 53, Fps = 25, Frames = 3, StartMs = 1000 }, bench.Context());
        await source.OpenAsync(CancellationToken.None);

        var frames = await bench.RunAsync(source);

        byte[] rgb = new byte[95 * 53 * 3], labels = new byte[95 * 53], picture = new byte[95 * 53 + 2 * 48 * 27];
        new StreetScene(95, 53, 3, 1).Render(1 + 2 / 25.0, rgb, labels);
        new Rgb24ToI420(new(ColorRange.Limited, ColorMatrix.Bt709)).Convert(rgb, picture, 95, 53);
        Assert.Equal(picture, frames[4].Bytes);
        Assert.Equal(labels, frames[5].Bytes);
    }

    [Fact]
    public async Task A_stop_ends_it_between_two_pictures()
    {
        await using var bench = new ComponentBench();
        await using var source = new StreetSource(new StreetOptions { Width = 16, Height = 16, Frames = 1000 }, bench.Context());
        await source.OpenAsync(CancellationToken.None);

        Assert.Equal(6, (await bench.RunAsync(source, atMost: 5)).Count);
    }
}
