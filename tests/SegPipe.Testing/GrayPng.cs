using System.Buffers.Binary;
using System.IO.Compression;

namespace SegPipe.Testing;

/// <summary>A PNG of 8-bit gray, not interlaced: a reader of its own for class maps, apart from the program's writer.</summary>
public sealed record GrayPng(int Width, int Height, byte[] Pixels)
{
    public static GrayPng Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        int width = 0, height = 0;
        using var packed = new MemoryStream();
        for (var at = 8; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            var type = System.Text.Encoding.ASCII.GetString(bytes, at + 4, 4);
            var data = bytes.AsSpan(at + 8, length);
            if (type == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                if (data[8] != 8 || data[9] != 0 || data[12] != 0) throw new InvalidDataException($"{path} is not 8-bit gray without interlacing");
            }

            if (type == "IDAT") packed.Write(data);
            at += 12 + length;
        }

        packed.Position = 0;
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        return new(width, height, Unfilter(rows, width, height));
    }

    private static byte[] Unfilter(Stream rows, int width, int height)
    {
        var pixels = new byte[width * height];
        var above = new byte[width];
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            var row = pixels.AsSpan(y * width, width);
            rows.ReadExactly(row);
            for (var x = 0; x < width; x++)
            {
                int left = x > 0 ? row[x - 1] : 0, up = above[x], corner = x > 0 ? above[x - 1] : 0;
                row[x] += filter switch
                {
                    0 => 0,
                    1 => (byte)left,
                    2 => (byte)up,
                    3 => (byte)((left + up) / 2),
                    4 => (byte)Paeth(left, up, corner),
                    _ => throw new InvalidDataException($"unknown PNG filter {filter}"),
                };
            }

            row.CopyTo(above);
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int a = Math.Abs(up - corner), b = Math.Abs(left - corner), c = Math.Abs(left + up - 2 * corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
