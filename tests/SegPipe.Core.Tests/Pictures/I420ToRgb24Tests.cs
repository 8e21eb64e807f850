using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Pictures;

public sealed class I420ToRgb24Tests
{
    public static TheoryData<ColorMatrix, ColorRange> Tags()
    {
        var tags = new TheoryData<ColorMatrix, ColorRange>();
        foreach (var matrix in Enum.GetValues<ColorMatrix>())
            foreach (var range in Enum.GetValues<ColorRange>())
                tags.Add(matrix, range);
        return tags;
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void Every_sample_is_within_one_level_of_an_oracle_in_double_precision(ColorMatrix matrix, ColorRange range)
    {
        var random = new Random(451);
        foreach (var width in (int[])[1, 2, 3, 16, 17, 65])
            for (var height = 1; height <= 5; height++)
            {
                var picture = new byte[width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)];
                random.NextBytes(picture);
                using var guarded = GuardedMemory.Sealed(picture);
                using var rgb = new GuardedMemory(3 * width * height);

                I420ToRgb24.Convert(guarded.Bytes, rgb.Bytes, width, height, YuvCoefficients.Of(new(range, matrix)));

                for (var y = 0; y < height; y++)
                    for (var x = 0; x < width; x++)
                    {
                        var expected = Oracle(picture, width, height, x, y, matrix, range);
                        for (var c = 0; c < 3; c++) Assert.InRange(rgb.Bytes[3 * (y * width + x) + c], expected[c] - 1, expected[c] + 1);
                    }
            }
    }

    [Theory]
    [InlineData(ColorRange.Limited, 16, 235)]
    [InlineData(ColorRange.Full, 0, 255)]
    public void Black_is_black_and_white_is_white(ColorRange range, byte black, byte white)
    {
        var rgb = new byte[12];

        I420ToRgb24.Convert([black, black, black, black, 128, 128], rgb, 2, 2, YuvCoefficients.Of(new(range, ColorMatrix.Bt709)));
        Assert.All(rgb, level => Assert.Equal(0, level));

        I420ToRgb24.Convert([white, white, white, white, 128, 128], rgb, 2, 2, YuvCoefficients.Of(new(range, ColorMatrix.Bt709)));
        Assert.All(rgb, level => Assert.Equal(255, level));
    }

    [Fact]
    public void Colours_survive_the_way_there_and_back()
    {
        var random = new Random(452);
        foreach (var matrix in Enum.GetValues<ColorMatrix>())
            for (var i = 0; i < 200; i++)
            {
                var coefficients = YuvCoefficients.Of(new(ColorRange.Full, matrix));
                var (r, g, b) = (random.Next(256), random.Next(256), random.Next(256));
                var (y, u, v) = coefficients.FromRgb(r, g, b);
                var rgb = new byte[3];

                I420ToRgb24.Convert([y, u, v], rgb, 1, 1, coefficients);

                Assert.InRange(rgb[0], r - 2, r + 2);
                Assert.InRange(rgb[1], g - 2, g + 2);
                Assert.InRange(rgb[2], b - 2, b + 2);
            }
    }

    [Fact]
    public void Planes_are_interleaved()
    {
        var rgb = new byte[6];

        I420ToRgb24.PackPlanes([1, 2, 11, 12, 21, 22], rgb, 2, 1);

        Assert.Equal([1, 11, 21, 2, 12, 22], rgb);
    }

    [Fact]
    public void Spans_of_another_size_are_refused()
    {
        var coefficients = YuvCoefficients.Of(new(ColorRange.Full, ColorMatrix.Bt601));

        Assert.Throws<ArgumentException>(() => I420ToRgb24.Convert(new byte[5], new byte[12], 2, 2, coefficients));
        Assert.Throws<ArgumentException>(() => I420ToRgb24.PackPlanes(new byte[12], new byte[11], 2, 2));
    }

    // The standards' equations solved for R, G, B, with the chroma of the pixel's block.
    private static double[] Oracle(byte[] picture, int width, int height, int x, int y, ColorMatrix matrix, ColorRange range)
    {
        int cw = (width + 1) / 2, ch = (height + 1) / 2;
        var (kr, kb) = matrix switch { ColorMatrix.Bt601 => (0.299, 0.114), ColorMatrix.Bt709 => (0.2126, 0.0722), _ => (0.2627, 0.0593) };
        var (black, lumaSpan, chromaSpan) = range == ColorRange.Limited ? (16, 219.0, 224.0) : (0, 255.0, 255.0);
        var l = (picture[y * width + x] - black) / lumaSpan;
        var u = (Chroma(width * height) - 128) / chromaSpan;
        var v = (Chroma(width * height + cw * ch) - 128) / chromaSpan;
        var r = l + 2 * (1 - kr) * v;
        var b = l + 2 * (1 - kb) * u;
        return [.. new[] { r, (l - kr * r - kb * b) / (1 - kr - kb), b }.Select(c => 255 * Math.Clamp(c, 0, 1))];

        double Chroma(int plane) => picture[plane + y / 2 * cw + x / 2];
    }
}
