using SegPipe.Components;
using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class PreviewSinkTests
{
    [Fact]
    public async Task Pictures_and_class_maps_end_here()
    {
        await using var bench = new ComponentBench();

        await SinkBench.WriteAsync(bench, new PreviewSink(new PreviewOptions { From = SinkBench.From }), (SinkBench.Labels(1, 1), default, [1]), (SinkBench.Picture(2, 2), default, new byte[6]));

        Assert.Empty(Directory.GetFileSystemEntries(bench.Folder));
    }

    [Fact]
    public void Its_options_say_how_the_output_is_shown() =>
        Assert.Equal(new PreviewSettings(960, 5), ((IPreviewOptions)new PreviewOptions { From = SinkBench.From, MaxWidth = 960, MaxFps = 5 }).Preview);
}
