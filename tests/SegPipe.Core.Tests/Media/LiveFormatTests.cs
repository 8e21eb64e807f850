using System.Text;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;

namespace SegPipe.Core.Tests.Media;

public sealed class LiveFormatTests
{
    [Theory]
    [InlineData("yuv420p(tv, smpte170m, progressive), 640x320 [SAR 1:1 DAR 2:1], 25 fps, 25 tbr, 90k tbn", "yuv420p", ColorRange.Limited, ColorMatrix.Bt601, "25/1")]
    [InlineData("yuvj420p(pc, bt709), 1920x1080, 29.97 fps, 90k tbn", "yuvj420p", ColorRange.Full, ColorMatrix.Bt709, "2997/100")]
    [InlineData("yuv420p(tv, bt2020nc/bt2020/smpte2084, progressive), 1920x1080, 90k tbn", "yuv420p", ColorRange.Limited, ColorMatrix.Bt2020, null)]
    [InlineData("yuv420p(progressive), 2048x1024, 30 fps", "yuv420p", ColorRange.Limited, ColorMatrix.Bt709, "30/1")]
    [InlineData("yuv420p10le(tv), 640x480, 30 fps", "yuv420p10le", ColorRange.Limited, ColorMatrix.Bt601, "30/1")]
    public void Colours_and_rate_are_as_the_child_describes_them(string description, string pixels, ColorRange range, ColorMatrix matrix, string? rate)
    {
        var size = description.Split(", ").First(p => p.Contains('x', StringComparison.Ordinal) && char.IsDigit(p[0])).Split(' ')[0].Split('x');
        string[] messages = ["Input #0, concat, from 'pipe:0':", $"  Stream #0:0: Video: h264 (High), {description}"];

        var format = LiveFormat.Read(Stream("H264", int.Parse(size[0]), int.Parse(size[1])), messages);

        Assert.True(LiveFormat.IsDescribed(messages));
        Assert.Equal(("h264", pixels, range, matrix, rate), (format.Codec, format.PixelFormat, format.Color.Range, format.Color.Matrix, format.FrameRate?.ToString()));
    }

    [Fact]
    public void Where_nothing_is_described_the_headers_and_the_usual_serve()
    {
        var format = LiveFormat.Read(Stream("HEVC", 1920, 1080), []);

        Assert.False(LiveFormat.IsDescribed([]));
        Assert.Equal(("hevc", null, ColorRange.Limited, ColorMatrix.Bt709, 0), (format.Codec, format.PixelFormat, format.Color.Range, format.Color.Matrix, format.Rotation));
        Assert.Equal(new PictureSize(1920, 1080), format.Size);
        Assert.Null(format.FrameRate);
    }

    [Fact]
    public void Formats_are_alike_where_one_decoder_serves_both()
    {
        var format = LiveFormat.Read(Stream("H264", 640, 320), []);

        Assert.True(LiveFormat.AreAlike(format, LiveFormat.Read(Stream("H264", 640, 320), []) with { DecodeDelay = 2, FrameRate = new(25, 1) }));
        Assert.False(LiveFormat.AreAlike(format, LiveFormat.Read(Stream("H264", 640, 360), [])));
        Assert.False(LiveFormat.AreAlike(format, LiveFormat.Read(Stream("HEVC", 640, 320), [])));
        Assert.False(LiveFormat.AreAlike(format, format with { Extradata = new byte[] { 1 } }));
    }

    private static NutStream Stream(string tag, int width, int height) => new() { FourCc = Encoding.ASCII.GetBytes(tag), TimeBase = LiveFormat.TimeBase, Width = width, Height = height };
}
