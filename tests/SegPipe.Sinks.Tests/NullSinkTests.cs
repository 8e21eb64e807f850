using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class NullSinkTests
{
    [Fact]
    public async Task Frames_of_any_kind_vanish()
    {
        await using var bench = new ComponentBench();

        await SinkBench.WriteAsync(bench, new NullSink(new NullOptions { From = SinkBench.From }), (SinkBench.Labels(1, 1), default, [1]), (SinkBench.Picture(2, 2), default, new byte[6]));

        Assert.Empty(Directory.GetFileSystemEntries(bench.Folder));
    }
}
