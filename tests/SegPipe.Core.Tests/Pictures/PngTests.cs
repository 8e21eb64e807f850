using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Pictures;

public sealed class PngTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_again()
    {
        Prop.ForAll(
            Gen.Choose(1, 67).SelectMany(w => Gen.Choose(1, 9).SelectMany(h => Gen.Choose(0, 3).Select(kind => (w, h, kind)))).ToArbitrary(),
            picture =>
            {
                var (width, height, kind) = picture;
                var gray = Samples(width * height, kind);
                var rgb = Samples(width * height * 3, kind);

                var grayBack = PngReader.Decode(PngWriter.EncodeGray(gray, width, height), "gray");
                var rgbBack = PngReader.Decode(PngWriter.EncodeRgb(rgb, width, height), "rgb");

                return grayBack is { Channels: 1, Palette: null } && (grayBack.Width, grayBack.Height) == (width, height) && grayBack.Samples.AsSpan().SequenceEqual(gray)
                    && rgbBack.Channels == 3 && rgbBack.Samples.AsSpan().SequenceEqual(rgb);
            }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(61, 17)]
    [InlineData(1, 5)]
    [InlineData(640, 3)]
    public void FFmpeg_reads_what_was_written(int width, int height)
    {
        var gray = Samples(width * height, 1);
        var rgb = Samples(width * height * 3, 2);
        File.WriteAllBytes(_folder["gray.png"], PngWriter.EncodeGray(gray, width, height));
        File.WriteAllBytes(_folder["rgb.png"], PngWriter.EncodeRgb(rgb, width, height));

        Assert.Equal(gray, Tool.Run("ffmpeg", "-v", "error", "-i", _folder["gray.png"], "-f", "rawvideo", "-pix_fmt", "gray", "-"));
        Assert.Equal(rgb, Tool.Run("ffmpeg", "-v", "error", "-i", _folder["rgb.png"], "-f", "rawvideo", "-pix_fmt", "rgb24", "-"));
    }

    [SkippableFact]
    public void OpenCV_reads_what_was_written()
    {
        Skip.IfNot(File.Exists("/usr/lib/python3/dist-packages/cv2/__init__.py") || Directory.EnumerateFiles("/usr/lib/python3/dist-packages", "cv2*").Any(), "python3-opencv is not installed");
        var rgb = Samples(37 * 11 * 3, 0);
        File.WriteAllBytes(_folder["rgb.png"], PngWriter.EncodeRgb(rgb, 37, 11));

        var read = Tool.Run("/usr/bin/python3", "-c", "import cv2,sys; sys.stdout.buffer.write(cv2.imread(sys.argv[1], cv2.IMREAD_UNCHANGED)[:,:,::-1].tobytes())", _folder["rgb.png"]);

        Assert.Equal(rgb, read);
    }

    [Theory]
    [InlineData("gray", 1)]
    [InlineData("rgb24", 3)]
    [InlineData("rgba", 4)]
    [InlineData("ya8", 2)]
    public void Files_written_by_FFmpeg_with_every_filter_are_read(string format, int channels)
    {
        foreach (var predictor in new[] { "none", "sub", "up", "avg", "paeth", "mixed" })
        {
            Tool.Ffmpeg("-f lavfi -i testsrc2=size=82x40 -frames:v 1 -pix_fmt " + format + " -pred " + predictor, _folder["in.png"]);
            var expected = Tool.Run("ffmpeg", "-v", "error", "-i", _folder["in.png"], "-f", "rawvideo", "-pix_fmt", format, "-");

            var image = PngReader.Read(_folder["in.png"]);

            Assert.Equal((82, 40, channels), (image.Width, image.Height, image.Channels));
            Assert.Equal(expected, image.Samples);
        }
    }

    [Fact]
    public void Indices_of_a_palette_are_not_looked_up()
    {
        Tool.Ffmpeg("-f lavfi -i testsrc2=size=64x32 -frames:v 1 -pix_fmt pal8", _folder["in.png"]);
        var expected = Tool.Run("ffmpeg", "-v", "error", "-i", _folder["in.png"], "-f", "rawvideo", "-pix_fmt", "rgb24", "-");

        var image = PngReader.Read(_folder["in.png"]);

        Assert.NotNull(image.Palette);
        Assert.Equal(expected, image.Samples.SelectMany(i => new[] { image.Palette[i].R, image.Palette[i].G, image.Palette[i].B }));
    }

    [Fact]
    public void Samples_below_eight_bits_are_unpacked()
    {
        Tool.Ffmpeg("-f lavfi -i testsrc2=size=21x9 -frames:v 1 -pix_fmt monob", _folder["in.png"]);
        var expected = Tool.Run("ffmpeg", "-v", "error", "-i", _folder["in.png"], "-f", "rawvideo", "-pix_fmt", "gray", "-");

        Assert.Equal(expected, PngReader.Read(_folder["in.png"]).Samples.Select(bit => (byte)(bit * 255)));
    }

    [Fact]
    public void Damaged_files_are_refused_and_never_crash_the_reader()
    {
        var file = PngWriter.EncodeRgb(Samples(40 * 20 * 3, 1), 40, 20);
        for (var length = 0; length < file.Length; length++)
        {
            var error = Assert.Throws<SegPipeException>(() => PngReader.Decode(file.AsSpan(0, length), "cut"));
            Assert.Equal(ExitCode.InputUnusable, error.Code);
        }

        for (var i = 0; i < file.Length; i++)
        {
            var flipped = (byte[])file.Clone();
            flipped[i] ^= 0x55;
            Assert.Equal(ExitCode.InputUnusable, Assert.Throws<SegPipeException>(() => PngReader.Decode(flipped, "flipped")).Code);
        }
    }

    [Fact]
    public void Sizes_that_would_exhaust_memory_are_refused()
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        PngChunk.Write(file, "IHDR"u8, [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 0, 0, 0, 0]);
        PngChunk.Write(file, "IEND"u8, []);

        Assert.Contains("too large", Assert.Throws<SegPipeException>(() => PngReader.Decode(file.ToArray(), "bomb")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_supported_is_said()
    {
        File.WriteAllText(_folder["text.png"], "no picture", Encoding.ASCII);
        Tool.Ffmpeg("-f lavfi -i testsrc2=size=8x8 -frames:v 1 -pix_fmt rgb48be", _folder["deep.png"]);

        Assert.Contains("not a PNG", Assert.Throws<SegPipeException>(() => PngReader.Read(_folder["text.png"])).Message, StringComparison.Ordinal);
        Assert.Contains("16 bits", Assert.Throws<SegPipeException>(() => PngReader.Read(_folder["deep.png"])).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.InputMissing, Assert.Throws<SegPipeException>(() => PngReader.Read(_folder["none.png"])).Code);
    }

    /// <summary>Noise, a class map of a few runs, a ramp, or all the same.</summary>
    private static byte[] Samples(int count, int kind)
    {
        var random = new Random(count);
        var samples = new byte[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = kind switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(i / 23 % 19),
                2 => (byte)i,
                _ => 7,
            };
        }

        return samples;
    }
}
