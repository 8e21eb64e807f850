namespace SegPipe.Pictures;

/// <summary>
/// Pictures as packed RGB, 24 bits a pixel, rows without padding: what PNG stores.
/// <para>I420: chroma is interpolated bilinearly at the luma positions (edges clamped) with 4:2:0 samples sited left (on the even columns, half-way between
/// the rows of a pair), converted with the picture's matrix and range, rounded and clamped to 0–255: within 1 of the same in real numbers.</para>
/// </summary>
public static class I420ToRgb24
{
    private const int Shift = 16;
    private const int Half = 1 << (Shift - 1);

    /// <summary>Converts an I420 picture (planes Y, U, V without padding) of <paramref name="width"/> × <paramref name="height"/> into <paramref name="rgb"/> (3 bytes a pixel).</summary>
    /// <exception cref="ArgumentException">A span is not of the picture's size.</exception>
    public static void Convert(ReadOnlySpan<byte> picture, Span<byte> rgb, int width, int height, YuvCoefficients coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        int chromaWidth = (width + 1) / 2, chromaHeight = (height + 1) / 2, luma = width * height, chroma = chromaWidth * chromaHeight;
        if (width < 1 || height < 1 || picture.Length != luma + 2 * chroma || rgb.Length != 3 * luma)
            throw new ArgumentException($"spans of {picture.Length} and {rgb.Length} bytes are not a picture of {width}x{height} as I420 and RGB");

        var matrix = new FixedPoint(coefficients);
        var u = picture.Slice(luma, chroma);
        var v = picture.Slice(luma + chroma, chroma);
        for (var row = 0; row < height; row++)
        {
            // Weights in quarters: the nearer chroma row counts 3, the other 1.
            var near = row / 2;
            var far = Math.Clamp(near + (row % 2 == 0 ? -1 : 1), 0, chromaHeight - 1);
            Row(picture.Slice(row * width, width), u.Slice(near * chromaWidth, chromaWidth), u.Slice(far * chromaWidth, chromaWidth),
                v.Slice(near * chromaWidth, chromaWidth), v.Slice(far * chromaWidth, chromaWidth), rgb.Slice(3 * row * width, 3 * width), matrix);
        }
    }

    /// <summary>Packs a picture of planes R, G, B (full size, without padding) into <paramref name="rgb"/> (3 bytes a pixel).</summary>
    /// <exception cref="ArgumentException">A span is not of the picture's size.</exception>
    public static void PackPlanes(ReadOnlySpan<byte> picture, Span<byte> rgb, int width, int height)
    {
        var plane = width * height;
        if (width < 1 || height < 1 || picture.Length != 3 * plane || rgb.Length != 3 * plane)
            throw new ArgumentException($"spans of {picture.Length} and {rgb.Length} bytes are not RGB pictures of {width}x{height}");

        var red = picture[..plane];
        var green = picture.Slice(plane, plane);
        var blue = picture.Slice(2 * plane, plane);
        for (var i = 0; i < plane; i++)
        {
            rgb[3 * i] = red[i];
            rgb[3 * i + 1] = green[i];
            rgb[3 * i + 2] = blue[i];
        }
    }

    private static void Row(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> nearU, ReadOnlySpan<byte> farU, ReadOnlySpan<byte> nearV, ReadOnlySpan<byte> farV, Span<byte> rgb, in FixedPoint matrix)
    {
        for (var x = 0; x < luma.Length; x++)
        {
            // Chroma in eighths, centred on zero: an even column has a sample of its own, an odd one lies between two.
            int left = x / 2, right = Math.Min((x + 1) / 2, nearU.Length - 1);
            var u = 3 * (nearU[left] + nearU[right]) + farU[left] + farU[right] - 8 * 128;
            var v = 3 * (nearV[left] + nearV[right]) + farV[left] + farV[right] - 8 * 128;
            var y = matrix.Luma * (luma[x] - matrix.Offset) + Half;
            rgb[3 * x] = Level(y + matrix.RedV * v);
            rgb[3 * x + 1] = Level(y - matrix.GreenU * u - matrix.GreenV * v);
            rgb[3 * x + 2] = Level(y + matrix.BlueU * u);
        }
    }

    private static byte Level(int value) => (byte)Math.Clamp(value >> Shift, 0, 255);

    private readonly struct FixedPoint(YuvCoefficients c)
    {
        public readonly int Offset = (int)c.LumaOffset;
        public readonly int Luma = Fix(c.LumaGain);
        public readonly int RedV = Fix(c.RedFromV / 8);
        public readonly int GreenU = Fix(c.GreenFromU / 8);
        public readonly int GreenV = Fix(c.GreenFromV / 8);
        public readonly int BlueU = Fix(c.BlueFromU / 8);

        private static int Fix(double value) => (int)Math.Round(value * (1 << Shift));
    }
}
