using SegPipe.Media;

namespace SegPipe.Core.Tests.Media;

public sealed class RtspAddressTests
{
    [Theory]
    [InlineData("rtsp://cam/1", "cam:554")]
    [InlineData("rtsps://cam/1", "cam:322")]
    [InlineData("rtsp://cam:8554", "cam:8554")]
    [InlineData("rtsp://[::1]:8554/x", "[::1]:8554")]
    [InlineData("rtsp://u:p@10.0.0.7/x?user=a&password=b", "10.0.0.7:554")]
    public void Messages_name_host_and_port_only(string url, string place)
    {
        var address = RtspAddress.Parse(url)!;

        Assert.Equal(place, address.Place);
        Assert.EndsWith($"://{place}", address.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cam/1")]
    [InlineData("http://cam/1")]
    [InlineData("rtsp:///1")]
    [InlineData("rtsp://cam/1\noption x y")]
    [InlineData("file:///etc/passwd")]
    public void What_is_no_address_is_refused(string url) => Assert.Null(RtspAddress.Parse(url));

    [Theory]
    [InlineData("c4n:p@ss/ü%")]
    [InlineData("'\"\\ #?&=")]
    [InlineData("plain")]
    public void A_password_of_any_characters_is_inside_of_the_full_url_and_a_secret_in_every_form(string password)
    {
        var address = RtspAddress.Parse("rtsp://cam:8554/a b?c=d", "me", password)!;

        Assert.Equal($"rtsp://me:{Uri.EscapeDataString(password)}@cam:8554/a b?c=d", address.FullUrl);
        Assert.Contains(password, address.Secrets);
        Assert.Contains(Uri.EscapeDataString(password), address.Secrets);
        Assert.Contains("/a b?c=d", address.Secrets);
    }

    [Fact]
    public void What_stands_beside_the_url_counts_more_than_what_stands_inside()
    {
        Assert.Equal("rtsp://a:b@cam/", RtspAddress.Parse("rtsp://a:b@cam/")!.FullUrl);
        Assert.Equal("rtsp://x:y@cam/", RtspAddress.Parse("rtsp://a:b@cam/", "x", "y")!.FullUrl);
        Assert.Equal("rtsp://a%40:b%3A@cam/", RtspAddress.Parse("rtsp://a%40:b%3A@cam/")!.FullUrl);
        Assert.Equal("rtsp://cam/", RtspAddress.Parse("rtsp://cam/", "", "")!.FullUrl);
    }

    [Fact]
    public void Nothing_of_the_address_is_among_the_arguments()
    {
        var address = RtspAddress.Parse("rtsp://cam-host/it's", "me", "pa'ss")!;
        var arguments = new RtspFetchArguments { Address = address, Transport = RtspTransport.Auto };

        Assert.DoesNotContain(arguments.Build(), a => a.Contains("cam-host", StringComparison.Ordinal) || a.Contains("pa", StringComparison.Ordinal) && a.Contains("ss", StringComparison.Ordinal));
        Assert.Equal(
            ["ffconcat version 1.0", @"file 'rtsp://me:pa%27ss@cam-host/it'\''s'", "option allowed_media_types video", "option fpsprobesize 0", "option rtsp_transport tcp+udp", "option rtsp_flags prefer_tcp", ""],
            arguments.Script().Split('\n'));
    }
}
