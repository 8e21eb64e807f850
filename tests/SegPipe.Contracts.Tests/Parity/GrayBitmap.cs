using System.Buffers.Binary;
using SegPipe.Testing;

namespace SegPipe.Parity;

/// <summary>Reads Windows bitmaps of 8 bits a pixel, the form of published masks: rows from the bottom, each of whole four bytes.</summary>
internal static class GrayBitmap
{
    public static GrayPng Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        int start = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(10)), width = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(18)), height = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(22));
        Assert.Equal(8, BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(28)));
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++) bytes.AsSpan(start + (height - 1 - y) * ((width + 3) & ~3), width).CopyTo(pixels.AsSpan(y * width));
        return new(width, height, pixels);
    }
}
