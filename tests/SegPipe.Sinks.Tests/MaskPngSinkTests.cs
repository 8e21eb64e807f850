using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class MaskPngSinkTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public async Task A_videos_class_maps_are_numbered_files_of_a_folder()
    {
        var format = SinkBench.Labels(5, 3);
        byte[] first = SinkBench.Noise(1, 15), second = SinkBench.Noise(2, 15);

        await SinkBench.WriteAsync(_bench, Sink("out/labels"), (format, new FrameHeader { Sequence = 0 }, first), (format, new FrameHeader { Sequence = 12 }, second));

        Assert.Equal(["000000.png", "000012.png"], Names("out/labels"));
        Assert.Equal(first, PngReader.Read(Path.Combine(_bench.Folder, "out/labels/000000.png")).Samples);
        Assert.Equal(second, PngReader.Read(Path.Combine(_bench.Folder, "out/labels/000012.png")).Samples);
    }

    [Fact]
    public async Task Still_pictures_keep_their_names_and_sizes()
    {
        await SinkBench.WriteAsync(
            _bench,
            Sink("out"),
            (SinkBench.Labels(5, 3, "berlin"), new FrameHeader { Sequence = 0 }, SinkBench.Noise(1, 15)),
            (SinkBench.Labels(2, 7, "ulm.1"), new FrameHeader { Sequence = 1 }, SinkBench.Noise(2, 14)));

        Assert.Equal(["berlin.png", "ulm.1.png"], Names("out"));
        Assert.Equal(7, PngReader.Read(Path.Combine(_bench.Folder, "out/ulm.1.png")).Height);
    }

    [Fact]
    public async Task One_picture_may_be_named()
    {
        await SinkBench.WriteAsync(_bench, Sink("mask.png"), (SinkBench.Labels(5, 3, "berlin"), default, SinkBench.Noise(1, 15)));

        Assert.Equal(["mask.png"], Names("."));
    }

    [Theory]
    [InlineData("mask.png", null, "Name a folder")]
    [InlineData("out", "twin", "different names")]
    public async Task A_second_picture_does_not_overwrite_the_first(string path, string? name, string advice)
    {
        var format = SinkBench.Labels(1, 1, name);

        var error = await Assert.ThrowsAsync<SegPipeException>(() => SinkBench.WriteAsync(_bench, Sink(path), (format, default, [1]), (format, default, [2])));

        Assert.Equal(ExitCode.CannotCreate, error.Code);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_before_the_first_frame()
    {
        File.WriteAllText(Path.Combine(_bench.Folder, "file"), "");
        await using var sink = Sink("file/labels");

        Assert.Equal(ExitCode.CannotCreate, (await Assert.ThrowsAsync<SegPipeException>(() => sink.OpenAsync(SinkBench.Labels(1, 1), CancellationToken.None))).Code);
    }

    private MaskPngSink Sink(string path) => new(new MaskPngOptions { From = SinkBench.From, Path = path }, _bench.Context());

    private string[] Names(string folder) => [.. Directory.GetFiles(Path.Combine(_bench.Folder, folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
