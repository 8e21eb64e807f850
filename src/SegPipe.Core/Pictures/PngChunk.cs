using System.Buffers.Binary;

namespace SegPipe.Pictures;

/// <summary>PNG's colour types.</summary>
internal enum PngColor : byte
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    RgbAlpha = 6,
}

/// <summary>PNG's row filters.</summary>
internal enum PngFilter : byte
{
    None,
    Sub,
    Up,
    Average,
    Paeth,
}

/// <summary>Frames and checks PNG's chunks: length, type, content, CRC-32.</summary>
internal static class PngChunk
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Writes one chunk.</summary>
    public static void Write(Stream target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, content.Length);
        target.Write(word);
        target.Write(type);
        target.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Continue(Continue(uint.MaxValue, type), content));
        target.Write(word);
    }

    /// <summary>CRC-32 of a chunk's type and content.</summary>
    public static uint Crc(ReadOnlySpan<byte> typeAndContent) => ~Continue(uint.MaxValue, typeAndContent);

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) crc = Table[(byte)(crc ^ value)] ^ crc >> 8;
        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
