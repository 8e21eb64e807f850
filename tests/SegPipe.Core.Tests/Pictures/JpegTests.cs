using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Pictures;

public sealed class JpegTests
{
    [Theory]
    [InlineData(1, 1, 90)]
    [InlineData(16, 16, 82)]
    [InlineData(17, 9, 82)]
    [InlineData(250, 131, 75)]
    [InlineData(640, 320, 100)]
    public void FFmpeg_reads_the_picture_again_nearly_as_it_was(int width, int height, int quality)
    {
        using var folder = new TemporaryFolder();
        var rgb = Scene(width, height);

        File.WriteAllBytes(folder["it.jpg"], JpegWriter.EncodeRgb(rgb, width, height, quality));

        Assert.Equal(["mjpeg", $"{width}", $"{height}"], Tool.Ffprobe("-show_entries stream=codec_name,width,height -of csv=p=0", folder["it.jpg"])[0].Split(','));
        var back = Tool.Ffmpeg($"-err_detect explode -i {folder["it.jpg"]} -f rawvideo -pix_fmt rgb24 -");
        Assert.Equal(rgb.Length, back.Length);
        var error = rgb.Zip(back, (a, b) => (double)(a - b) * (a - b)).Average();
        Assert.True(error < 60, $"mean squared error {error:0.0}");
    }

    [Fact]
    public void Noise_of_the_finest_quality_is_read_without_a_complaint()
    {
        using var folder = new TemporaryFolder();
        var rgb = new byte[3 * 64 * 48];
        new Random(7).NextBytes(rgb);

        File.WriteAllBytes(folder["it.jpg"], JpegWriter.EncodeRgb(rgb, 64, 48, 100));

        Assert.Equal(rgb.Length, Tool.Ffmpeg($"-err_detect explode -xerror -i {folder["it.jpg"]} -f rawvideo -pix_fmt rgb24 -").Length);
    }

    [Fact]
    public void Lower_quality_is_smaller()
    {
        var rgb = Scene(320, 160);

        Assert.True(JpegWriter.EncodeRgb(rgb, 320, 160, 40).Length < JpegWriter.EncodeRgb(rgb, 320, 160, 90).Length);
    }

    /// <summary>Slopes of all three colours with a disc, so that there are flat parts, slopes and edges.</summary>
    private static byte[] Scene(int width, int height)
    {
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = 3 * (y * width + x);
                // Chroma is halved, so that only brightness may have edges.
                var disc = Math.Pow(x - width / 2.0, 2) + Math.Pow(y - height / 2.0, 2) < height * height / 9.0 ? 60 : 0;
                (rgb[at], rgb[at + 1], rgb[at + 2]) = ((byte)(100 + 60 * x / width + disc), (byte)(100 + 60 * y / height + disc), (byte)(128 + disc));
            }
        return rgb;
    }
}
