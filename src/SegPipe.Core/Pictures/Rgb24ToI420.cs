using SegPipe.Frames;

namespace SegPipe.Pictures;

/// <summary>
/// Pictures of packed RGB (8 bits, full range) as I420 with a matrix and range. Chroma is sited left, as in MPEG-2 and H.264: a
/// chroma sample is the mean of two rows, each filtered (1, 2, 1)/4 around its even column, edges clamped; every sample is rounded
/// to the nearest, within 1 of the same in real numbers.
/// </summary>
public sealed class Rgb24ToI420
{
    private const int Shift = 16;

    private readonly int _yRed, _yGreen, _yBlue, _uRed, _uGreen, _uBlue, _vRed, _vGreen, _vBlue;
    private readonly int _yOffset, _chromaOffset;

    /// <summary>Prepares a conversion to pictures with these tags.</summary>
    public Rgb24ToI420(ColorTags tags)
    {
        var map = YuvCoefficients.Of(tags);
        double red = map.LumaFromRed, green = map.LumaFromGreen, blue = map.LumaFromBlue;
        (_yRed, _yGreen, _yBlue) = (Fixed(red / map.LumaGain), Fixed(green / map.LumaGain), Fixed(blue / map.LumaGain));
        // A chroma sum has eight weights, hence the division by eight.
        (_uRed, _uGreen, _uBlue) = (Fixed(-red / map.BlueFromU / 8), Fixed(-green / map.BlueFromU / 8), Fixed((1 - blue) / map.BlueFromU / 8));
        (_vRed, _vGreen, _vBlue) = (Fixed((1 - red) / map.RedFromV / 8), Fixed(-green / map.RedFromV / 8), Fixed(-blue / map.RedFromV / 8));
        _yOffset = ((int)map.LumaOffset << Shift) + (1 << Shift - 1);
        _chromaOffset = (128 << Shift) + (1 << Shift - 1);
    }

    /// <summary>Converts a picture.</summary>
    /// <param name="rgb">Rows without padding, red first.</param>
    /// <param name="picture">Gets the planes Y, U and V without padding.</param>
    /// <param name="width">Columns, from 1.</param>
    /// <param name="height">Rows, from 1.</param>
    /// <exception cref="ArgumentException">A span is not of the picture's size.</exception>
    public void Convert(ReadOnlySpan<byte> rgb, Span<byte> picture, int width, int height)
    {
        int chromaWidth = (width + 1) / 2, chromaHeight = (height + 1) / 2, luma = width * height, chroma = chromaWidth * chromaHeight;
        if (width < 1 || height < 1 || rgb.Length != 3 * luma || picture.Length != luma + 2 * chroma)
            throw new ArgumentException($"spans of {rgb.Length} and {picture.Length} bytes are not a picture of {width}x{height} as RGB and I420");
        ConvertLuma(rgb, picture[..luma]);
        for (var row = 0; row < chromaHeight; row++)
        {
            var upper = rgb.Slice(2 * row * 3 * width, 3 * width);
            var lower = rgb.Slice(Math.Min(2 * row + 1, height - 1) * 3 * width, 3 * width);
            ConvertChroma(upper, lower, picture.Slice(luma + row * chromaWidth, chromaWidth), picture.Slice(luma + chroma + row * chromaWidth, chromaWidth));
        }
    }

    private static int Fixed(double value) => (int)Math.Round(value * (1 << Shift));

    private void ConvertLuma(ReadOnlySpan<byte> rgb, Span<byte> luma)
    {
        for (int i = 0, j = 0; i < luma.Length; i++, j += 3)
        {
            luma[i] = (byte)(_yRed * rgb[j] + _yGreen * rgb[j + 1] + _yBlue * rgb[j + 2] + _yOffset >> Shift);
        }
    }

    private void ConvertChroma(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<byte> u, Span<byte> v)
    {
        var last = upper.Length - 3;
        for (var i = 0; i < u.Length; i++)
        {
            int here = 6 * i, left = Math.Max(here - 3, 0), right = Math.Min(here + 3, last);
            var red = upper[left] + lower[left] + 2 * (upper[here] + lower[here]) + upper[right] + lower[right];
            var green = upper[left + 1] + lower[left + 1] + 2 * (upper[here + 1] + lower[here + 1]) + upper[right + 1] + lower[right + 1];
            var blue = upper[left + 2] + lower[left + 2] + 2 * (upper[here + 2] + lower[here + 2]) + upper[right + 2] + lower[right + 2];
            u[i] = Level(_uRed * red + _uGreen * green + _uBlue * blue);
            v[i] = Level(_vRed * red + _vGreen * green + _vBlue * blue);
        }
    }

    // In full range the purest blue and red would be 256.
    private byte Level(int sum) => (byte)Math.Clamp(sum + _chromaOffset >> Shift, 0, 255);
}
