using SegPipe.Media;

namespace SegPipe.Sources.Tests.Rtsp;

public sealed class RtspSourceOptionsTests
{
    [Fact]
    public void What_is_not_said_is_as_documented()
    {
        var options = new RtspSourceOptions { Url = "rtsp://192.0.2.7/stream1" };

        Assert.Equal((null, null, RtspTransport.Tcp), (options.Username, options.Password, options.Transport));
        Assert.Equal((8192, 8192, 10_000, 10_000), (options.MaxWidth, options.MaxHeight, options.StallTimeoutMs, options.ConnectTimeoutMs));
        Assert.Equal((500, 30_000, "never"), (options.Reconnect.MinMs, options.Reconnect.MaxMs, options.Reconnect.GiveUpAfter));
        Assert.Null(options.Reconnect.GiveUpAfterTime);
        Assert.Empty(options.Check());
    }

    [Theory]
    [InlineData("never", null)]
    [InlineData("90000", 90.0)]
    public void Giving_up_is_never_or_a_number_of_milliseconds(string text, double? seconds)
    {
        var options = new RtspSourceOptions { Url = "rtsp://cam/1", Reconnect = new() { GiveUpAfter = text } };

        Assert.Equal(seconds, options.Reconnect.GiveUpAfterTime?.TotalSeconds);
        Assert.Empty(options.Check());
    }

    [Theory]
    [InlineData("http://cam/1", 500, "never", "url")]
    [InlineData("rtsp://cam/1", 40_000, "never", "reconnect.max_ms")]
    [InlineData("rtsp://cam/1", 500, "soon", "reconnect.give_up_after")]
    [InlineData("rtsp://cam/1", 500, "0", "reconnect.give_up_after")]
    public void What_cannot_be_meant_is_told_with_its_place(string url, int least, string giveUp, string place)
    {
        var options = new RtspSourceOptions { Url = url, Reconnect = new() { MinMs = least, GiveUpAfter = giveUp } };

        Assert.Equal(place, Assert.Single(options.Check()).Option);
    }
}
