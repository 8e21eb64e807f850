using SegPipe.Sources.Rtsp;
using SegPipe.Testing;

namespace SegPipe.Sources.Tests.Rtsp;

public sealed class ParameterSetsTests
{
    [Theory]
    [InlineData("h264", "-c:v libx264 -g 5 -f h264")]
    [InlineData("hevc", "-c:v libx265 -x265-params log-level=none:keyint=5:repeat-headers=1 -f hevc")]
    public void Another_size_is_noticed_and_the_same_is_not(string codec, string arguments)
    {
        using var folder = new TemporaryFolder();
        var small = File.ReadAllBytes(TestClips.Write(folder["small"], arguments));
        var large = File.ReadAllBytes(TestClips.Write(folder["large"], arguments, "s=96x64:r=25:d=1"));
        var sets = new ParameterSets(codec);

        Assert.False(sets.Change(small));
        Assert.False(sets.Change(small));
        Assert.True(sets.Change(large));
    }

    [Fact]
    public void Packets_without_headers_change_nothing()
    {
        var sets = new ParameterSets("h264");

        Assert.False(sets.Change([]));
        Assert.False(sets.Change([0, 0, 1]));
        Assert.False(sets.Change([0, 0, 1, 0x65, 1, 2, 0, 0, 1, 0x67, 9]));
        Assert.False(sets.Change([0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x65, 7]));
        Assert.False(sets.Change([0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 1, 0x65, 8]));
        Assert.True(sets.Change([0, 0, 1, 0x67, 1, 2, 4, 0, 0, 1, 0x65, 7]));
    }
}
