using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Pictures;

public sealed class Rgb24ToI420Tests
{
    public static TheoryData<ColorRange, ColorMatrix> Tags()
    {
        var tags = new TheoryData<ColorRange, ColorMatrix>();
        foreach (var range in Enum.GetValues<ColorRange>())
            foreach (var matrix in Enum.GetValues<ColorMatrix>())
                tags.Add(range, matrix);
        return tags;
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void Every_sample_is_within_one_of_the_definition_in_double_precision(ColorRange range, ColorMatrix matrix)
    {
        var tags = new ColorTags(range, matrix);
        foreach (var (width, height) in new[] { (1, 1), (2, 1), (1, 2), (7, 5), (16, 6), (33, 9) })
        {
            var rgb = Noise(width * height * 3);
            var picture = new byte[width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)];

            new Rgb24ToI420(tags).Convert(rgb, picture, width, height);

            Assert.All(Oracle(rgb, width, height, tags).Zip(picture), pair => Assert.InRange(pair.Second, pair.First - 1.0, pair.First + 1.0));
        }
    }

    [Theory]
    [InlineData(255, 0, 0)]
    [InlineData(0, 255, 0)]
    [InlineData(0, 0, 255)]
    [InlineData(255, 255, 255)]
    [InlineData(0, 0, 0)]
    [InlineData(17, 130, 201)]
    public void Flat_colours_are_what_FFmpeg_makes_of_them(byte red, byte green, byte blue)
    {
        using var folder = new TemporaryFolder();
        byte[] rgb = [.. Enumerable.Range(0, 64).SelectMany(_ => (byte[])[red, green, blue])];
        File.WriteAllBytes(folder["raw"], rgb);
        var expected = Tool.Run("ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "8x8", "-i", folder["raw"],
            "-vf", "scale=out_color_matrix=bt709:out_range=limited:flags=accurate_rnd", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-");
        var picture = new byte[96];

        new Rgb24ToI420(new(ColorRange.Limited, ColorMatrix.Bt709)).Convert(rgb, picture, 8, 8);

        Assert.All(expected.Zip(picture), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
    }

    private static IEnumerable<double> Oracle(byte[] rgb, int width, int height, ColorTags tags)
    {
        var map = YuvCoefficients.Of(tags);
        double At(int x, int y, int c) => rgb[(Math.Min(y, height - 1) * width + Math.Clamp(x, 0, width - 1)) * 3 + c];
        double Luma(Func<int, double> c) => map.LumaFromRed * c(0) + map.LumaFromGreen * c(1) + map.LumaFromBlue * c(2);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                yield return Luma(c => At(x, y, c)) / map.LumaGain + map.LumaOffset;
        foreach (var plane in new[] { 2, 0 })
            for (var y = 0; y < height; y += 2)
                for (var x = 0; x < width; x += 2)
                {
                    double Mean(int c) => (At(x - 1, y, c) + At(x - 1, y + 1, c) + 2 * (At(x, y, c) + At(x, y + 1, c)) + At(x + 1, y, c) + At(x + 1, y + 1, c)) / 8;
                    yield return Math.Clamp((Mean(plane) - Luma(Mean)) / (plane == 2 ? map.BlueFromU : map.RedFromV) + 128, 0, 255);
                }
    }

    private static byte[] Noise(int count)
    {
        var random = new Random(count);
        // Pure colours among the noise reach the ends of every range.
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(3) switch { 0 => (byte)0, 1 => (byte)255, _ => (byte)random.Next(256) })];
    }
}
