using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Sources.Tests;

public sealed class ImageFolderSourceTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public async Task Pictures_come_in_the_order_of_their_names_each_in_its_size()
    {
        Make("b.png", "64x48");
        Make("a.bmp", "32x20");
        Make("c.JPG", "16x16");
        File.WriteAllText(At("notes.txt"), "no picture");

        var frames = await RunAsync(new() { Path = _bench.Folder, Fps = 2 });

        Assert.Equal(["a", "b", "c"], frames.Select(frame => frame.Format.Name));
        Assert.Equal([new(32, 20), new(64, 48), new PictureSize(16, 16)], frames.Select(frame => Picture(frame).Size));
        Assert.Equal([0, 1, 2], frames.Select(frame => (int)frame.Header.Sequence));
        Assert.All(frames, frame => Assert.Equal((new Rational(1, 2), 3L, PictureLayout.Rgb), (frame.Format.TimeBase, frame.Format.FrameCount, Picture(frame).Layout)));
    }

    [Theory]
    [InlineData("x.png", "rgb24")]
    [InlineData("x.png", "pal8")]
    [InlineData("x.png", "gray")]
    [InlineData("x.bmp", "bgr24")]
    [InlineData("x.ppm", "rgb24")]
    [InlineData("x.tiff", "rgb24")]
    public async Task Lossless_pictures_lose_nothing(string name, string pixelFormat)
    {
        Make(name, "50x34", "-pix_fmt", pixelFormat);
        var packed = Tool.Run("ffmpeg", "-v", "error", "-i", At(name), "-f", "rawvideo", "-pix_fmt", "rgb24", "-");

        var frame = Assert.Single(await RunAsync(new() { Path = At(name) }));

        Assert.Equal("x", frame.Format.Name);
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, 50 * 34).Select(i => packed[3 * i + c])), frame.Bytes);
        Assert.Equal(ColorRange.Full, Picture(frame).Color.Range);
    }

    [Fact]
    public async Task The_content_decides_and_not_the_extension()
    {
        Make("x.png", "20x10");
        File.Move(At("x.png"), At("x.jpg"));

        Assert.Equal(new(20, 10), Picture(Assert.Single(await RunAsync(new() { Path = _bench.Folder }))).Size);
    }

    [Fact]
    public async Task A_video_of_one_picture_keeps_its_own_samples()
    {
        Make("x.mkv", "50x34", "-pix_fmt", "yuv420p", "-c:v", "ffv1", "-color_range", "tv", "-colorspace", "bt709");
        var raw = Tool.Run("ffmpeg", "-v", "error", "-i", At("x.mkv"), "-f", "rawvideo", "-pix_fmt", "yuv420p", "-");

        var frame = Assert.Single(await RunAsync(new() { Path = _bench.Folder }));

        Assert.Equal((PictureLayout.I420, ColorRange.Limited, ColorMatrix.Bt709), (Picture(frame).Layout, Picture(frame).Color.Range, Picture(frame).Color.Matrix));
        Assert.Equal(raw, frame.Bytes);
    }

    [Fact]
    public async Task Pictures_are_turned_upright_as_their_tags_ask()
    {
        Make("plain.jpg", "48x16");
        var jpeg = File.ReadAllBytes(At("plain.jpg"));
        // EXIF with one entry, orientation 6: to be turned by 90 degrees clockwise.
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(At("turned.jpg"), [.. jpeg[..2], .. exif, .. jpeg[2..]]);

        var frames = await RunAsync(new() { Path = _bench.Folder });

        Assert.Equal([new(48, 16), new PictureSize(16, 48)], frames.Select(frame => Picture(frame).Size));
        // The left end of the first row is the top end of the last column.
        byte[] plain = frames[0].Bytes, turned = frames[1].Bytes;
        Assert.All(Enumerable.Range(0, 48), x => Assert.InRange(turned[x * 16 + 15], plain[x] - 2, plain[x] + 2));
    }

    [Fact]
    public async Task A_pattern_chooses()
    {
        Make("a1.png", "8x8");
        Make("a2.png", "8x8");
        Make("b1.png", "8x8");

        Assert.Equal(["a1", "b1"], (await RunAsync(new() { Path = _bench.Folder, Pattern = "?1.png" })).Select(frame => frame.Format.Name));
    }

    [Fact]
    public async Task Twins_keep_their_extensions()
    {
        Make("a.png", "8x8");
        Make("a.jpg", "8x8");
        Make("b.png", "8x8");

        Assert.Equal(["a.jpg", "a.png", "b"], (await RunAsync(new() { Path = _bench.Folder })).Select(frame => frame.Format.Name));
    }

    [Fact]
    public async Task What_is_missing_or_empty_is_said_at_once()
    {
        Directory.CreateDirectory(At("none"));
        File.WriteAllText(At("empty.png"), "");
        File.WriteAllText(At("text.png"), "this is a text");

        Assert.Equal(ExitCode.InputMissing, (await FailAsync(At("absent"))).Code);
        Assert.Contains("has no picture", (await FailAsync(At("none"))).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", (await FailAsync(At("empty.png"))).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.InputUnusable, (await FailAsync(At("text.png"))).Code);
    }

    [Theory]
    [InlineData("x.png")]
    [InlineData("x.jpg")]
    [InlineData("x.bmp")]
    public async Task A_truncated_picture_is_refused_by_name(string name)
    {
        Make(name, "320x240");
        var bytes = File.ReadAllBytes(At(name));
        File.WriteAllBytes(At(name), bytes[..(bytes.Length / 2)]);

        var error = await FailAsync(At(name));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains(At(name), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("@ 0x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_film_is_not_a_picture()
    {
        Tool.Ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v 3 -c:v ffv1 -pix_fmt yuv420p", At("film.mkv"));

        Assert.Contains("more than one picture", (await FailAsync(At("film.mkv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_it_and_nothing_is_left_running()
    {
        for (var i = 0; i < 5; i++) Make($"{i}.png", "16x16");

        Assert.Equal(2, (await RunAsync(new() { Path = _bench.Folder }, atMost: 2)).Count);
    }

    private static PictureFormat Picture(EmittedFrame frame) => Assert.IsType<PictureFormat>(frame.Format);

    private string At(string name) => Path.Combine(_bench.Folder, name);

    private void Make(string name, string size, params string[] arguments) =>
        Tool.Run("ffmpeg", ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", $"testsrc2=size={size}", "-frames:v", "1", .. arguments, At(name)]);

    private async Task<IReadOnlyList<EmittedFrame>> RunAsync(ImageFolderOptions options, int atMost = int.MaxValue)
    {
        await using var source = new ImageFolderSource(options, _bench.Context());
        var formats = await source.OpenAsync(CancellationToken.None);
        var frames = await _bench.RunAsync(source, atMost);
        Assert.Same(formats[0], frames[0].Format);
        return frames;
    }

    private async Task<SegPipeException> FailAsync(string path)
    {
        await using var source = new ImageFolderSource(new() { Path = path }, _bench.Context());
        return await Assert.ThrowsAnyAsync<SegPipeException>(() => source.OpenAsync(CancellationToken.None));
    }
}
