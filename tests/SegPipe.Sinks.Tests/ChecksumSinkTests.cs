using System.Text;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class ChecksumSinkTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Theory]
    [InlineData("yuv420p")]
    [InlineData("gbrp")]
    [InlineData("gray")]
    public async Task Lines_are_those_of_FFmpegs_framemd5(string pixelFormat)
    {
        Format format = pixelFormat switch
        {
            "yuv420p" => SinkBench.Picture(64, 48),
            "gbrp" => SinkBench.Picture(64, 48, PictureLayout.Rgb),
            _ => SinkBench.Labels(64, 48),
        };
        var raw = SinkBench.Noise(1, 12 * format.FrameBytes!.Value);
        var frames = raw.Chunk(format.FrameBytes.Value).Select((bytes, i) => (format, new FrameHeader { Sequence = i, Pts = i, Duration = 1 }, bytes));

        await SinkBench.WriteAsync(_bench, Sink(), frames);

        var ours = File.ReadAllLines(Path.Combine(_bench.Folder, "out.md5"));
        // FFmpeg's order of the planes is green, blue, red.
        var theirs = pixelFormat == "gbrp" ? [.. raw.Chunk(3 * 3072).SelectMany(picture => (byte[])[.. picture[3072..], .. picture[..3072]])] : raw;
        Assert.Equal(Framemd5(theirs, pixelFormat), ours.Where(line => !line.StartsWith("#software", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_new_size_has_a_header_of_its_own()
    {
        await SinkBench.WriteAsync(_bench, Sink(), (SinkBench.Labels(2, 1), default, [0, 1]), (SinkBench.Labels(1, 1), default, [0]));

        Assert.Equal(["#dimensions 0: 2x1", "#dimensions 0: 1x1"], File.ReadAllLines(Path.Combine(_bench.Folder, "out.md5")).Where(line => line.StartsWith("#dim", StringComparison.Ordinal)));
    }

    private string[] Framemd5(byte[] raw, string pixelFormat)
    {
        var file = Path.Combine(_bench.Folder, "raw");
        File.WriteAllBytes(file, raw);
        var text = Tool.Run("ffmpeg", "-v", "error", "-f", "rawvideo", "-s", "64x48", "-pix_fmt", pixelFormat, "-r", "25", "-i", file, "-vf", "setsar=1", "-f", "framemd5", "-");
        return [.. Encoding.ASCII.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("#software", StringComparison.Ordinal))];
    }

    private ChecksumSink Sink() => new(new ChecksumOptions { From = SinkBench.From, Path = "out.md5" }, _bench.Context());
}
