using System.Buffers;
using System.Numerics;

namespace SegPipe.Pictures;

/// <summary>
/// Pictures as packed RGB, 24 bits a pixel, rows without padding: what PNG stores.
/// <para>I420: a chroma sample stands for its four pixels, as FFmpeg and OpenCV have it; converted with the picture's matrix and range, rounded and clamped to 0–255:
/// within 1 of the same in real numbers.</para>
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

        var scratch = ArrayPool<int>.Shared.Rent(3 * width);
        Span<int> y = scratch.AsSpan(0, width), u = scratch.AsSpan(width, width), v = scratch.AsSpan(2 * width, width);
        for (var row = 0; row < height; row++)
        {
            for (var x = 0; x < width; x++) y[x] = picture[row * width + x];
            var chromaRow = luma + row / 2 * chromaWidth;
            Repeat(picture.Slice(chromaRow, chromaWidth), u);
            Repeat(picture.Slice(chromaRow + chroma, chromaWidth), v);
            Levels(y, u, v, coefficients);
            Pack(y, u, v, rgb.Slice(3 * row * width, 3 * width));
        }

        ArrayPool<int>.Shared.Return(scratch);
    }

    /// <summary>Packs a picture of planes R, G, B (full size, without padding) into <paramref name="rgb"/> (3 bytes a pixel).</summary>
    /// <exception cref="ArgumentException">A span is not of the picture's size.</exception>
    public static void PackPlanes(ReadOnlySpan<byte> picture, Span<byte> rgb, int width, int height)
    {
        var plane = width * height;
        if (width < 1 || height < 1 || picture.Length != 3 * plane || rgb.Length != 3 * plane)
            throw new ArgumentException($"spans of {picture.Length} and {rgb.Length} bytes are not RGB pictures of {width}x{height}");

        ReadOnlySpan<byte> red = picture[..plane], green = picture.Slice(plane, plane), blue = picture.Slice(2 * plane, plane);
        for (var i = 0; i < plane; i++)
        {
            rgb[3 * i] = red[i];
            rgb[3 * i + 1] = green[i];
            rgb[3 * i + 2] = blue[i];
        }
    }

    /// <summary>Chroma at every column, centred on zero.</summary>
    private static void Repeat(ReadOnlySpan<byte> samples, Span<int> columns)
    {
        for (var x = 0; x < columns.Length; x++) columns[x] = samples[x / 2] - 128;
    }

    /// <summary>Replaces luma and chroma by red, green and blue, rounded and clamped, in fixed point.</summary>
    private static void Levels(Span<int> y, Span<int> u, Span<int> v, YuvCoefficients c)
    {
        int luma = Fix(c.LumaGain), offset = Half - (int)c.LumaOffset * luma;
        int redV = Fix(c.RedFromV), greenU = Fix(c.GreenFromU), greenV = Fix(c.GreenFromV), blueU = Fix(c.BlueFromU);
        Vector<int> black = Vector<int>.Zero, white = new(255);
        var x = 0;
        for (; x <= y.Length - Vector<int>.Count; x += Vector<int>.Count)
        {
            Vector<int> l = new Vector<int>(y[x..]) * luma + new Vector<int>(offset), cu = new(u[x..]), cv = new(v[x..]);
            Vector.Clamp((l + cv * redV) >> Shift, black, white).CopyTo(y[x..]);
            Vector.Clamp((l - cu * greenU - cv * greenV) >> Shift, black, white).CopyTo(u[x..]);
            Vector.Clamp((l + cu * blueU) >> Shift, black, white).CopyTo(v[x..]);
        }

        for (; x < y.Length; x++)
        {
            int l = y[x] * luma + offset, cu = u[x], cv = v[x];
            (y[x], u[x], v[x]) = (Math.Clamp((l + cv * redV) >> Shift, 0, 255), Math.Clamp((l - cu * greenU - cv * greenV) >> Shift, 0, 255), Math.Clamp((l + cu * blueU) >> Shift, 0, 255));
        }
    }

    private static void Pack(ReadOnlySpan<int> red, ReadOnlySpan<int> green, ReadOnlySpan<int> blue, Span<byte> rgb)
    {
        for (int x = 0, at = 0; x < red.Length; x++, at += 3)
        {
            rgb[at] = (byte)red[x];
            rgb[at + 1] = (byte)green[x];
            rgb[at + 2] = (byte)blue[x];
        }
    }

    private static int Fix(double value) => (int)Math.Round(value * (1 << Shift));
}
