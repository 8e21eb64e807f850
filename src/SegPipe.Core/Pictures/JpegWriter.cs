using System.Buffers.Binary;

namespace SegPipe.Pictures;

/// <summary>Writes baseline JPEG files (ITU-R T.81) with chroma of half size and the standard's own Huffman tables.</summary>
public static class JpegWriter
{
    private const int Block = 8, Unit = 16;

    /// <summary>Encodes one colour picture.</summary>
    /// <param name="rgb">Rows without padding, red, green and blue of each pixel.</param>
    /// <param name="width">Columns, 1–65535.</param>
    /// <param name="height">Rows, 1–65535.</param>
    /// <param name="quality">1 (small) to 100 (fine), as the Independent JPEG Group counts.</param>
    public static byte[] EncodeRgb(ReadOnlySpan<byte> rgb, int width, int height, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(width, height), ushort.MaxValue);
        if (rgb.Length != checked(width * height * 3)) throw new ArgumentException($"{rgb.Length} bytes are not {width}x{height}x3.", nameof(rgb));
        var luma = JpegQuantizer.Luma(quality);
        var chroma = JpegQuantizer.Chroma(quality);
        using var file = new MemoryStream();
        WriteHead(file, width, height, luma, chroma);
        WriteScan(file, rgb, width, height, luma, chroma);
        file.Write([0xff, 0xd9]);
        return file.ToArray();
    }

    private static void WriteHead(MemoryStream file, int width, int height, JpegQuantizer luma, JpegQuantizer chroma)
    {
        file.Write([0xff, 0xd8]);
        WriteSegment(file, 0xe0, "JFIF\0"u8, [1, 1, 0, 0, 1, 0, 1, 0, 0]);
        WriteSegment(file, 0xdb, [0], luma.Table, [1], chroma.Table);
        Span<byte> frame = [8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        BinaryPrimitives.WriteUInt16BigEndian(frame[1..], (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(frame[3..], (ushort)width);
        WriteSegment(file, 0xc0, frame.ToArray());
        foreach (var (id, table) in ((byte, JpegHuffman)[])[(0x00, JpegHuffman.LumaDc), (0x10, JpegHuffman.LumaAc), (0x01, JpegHuffman.ChromaDc), (0x11, JpegHuffman.ChromaAc)])
            WriteSegment(file, 0xc4, [id], table.Lengths, table.Values);
        WriteSegment(file, 0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    }

    private static void WriteSegment(MemoryStream file, byte marker, params ReadOnlySpan<byte[]> parts)
    {
        var length = 2;
        foreach (var part in parts) length += part.Length;
        file.Write([0xff, marker, (byte)(length >> 8), (byte)length]);
        foreach (var part in parts) file.Write(part);
    }

    private static void WriteSegment(MemoryStream file, byte marker, ReadOnlySpan<byte> name, byte[] rest) => WriteSegment(file, marker, name.ToArray(), rest);

    private static void WriteScan(MemoryStream file, ReadOnlySpan<byte> rgb, int width, int height, JpegQuantizer luma, JpegQuantizer chroma)
    {
        var bits = new JpegBits(file);
        // Units of 16×16 pixels: luma, then both chroma, which are halved below.
        Span<float> y = stackalloc float[Unit * Unit], cb = stackalloc float[Unit * Unit], cr = stackalloc float[Unit * Unit], block = stackalloc float[Block * Block];
        int lastY = 0, lastCb = 0, lastCr = 0;
        for (var top = 0; top < height; top += Unit)
            for (var left = 0; left < width; left += Unit)
            {
                Read(rgb, width, height, left, top, y, cb, cr);
                for (var part = 0; part < 4; part++)
                {
                    for (var row = 0; row < Block; row++) y.Slice((part / 2 * Block + row) * Unit + part % 2 * Block, Block).CopyTo(block[(row * Block)..]);
                    lastY = bits.Write(luma.Quantize(block), lastY, JpegHuffman.LumaDc, JpegHuffman.LumaAc);
                }
                Halve(cb, block);
                lastCb = bits.Write(chroma.Quantize(block), lastCb, JpegHuffman.ChromaDc, JpegHuffman.ChromaAc);
                Halve(cr, block);
                lastCr = bits.Write(chroma.Quantize(block), lastCr, JpegHuffman.ChromaDc, JpegHuffman.ChromaAc);
            }
        bits.Flush();
    }

    /// <summary>Reads a unit as full-range BT.601 around zero; beyond the picture its last column and row go on.</summary>
    private static void Read(ReadOnlySpan<byte> rgb, int width, int height, int left, int top, Span<float> y, Span<float> cb, Span<float> cr)
    {
        for (var row = 0; row < Unit; row++)
        {
            var line = rgb.Slice(Math.Min(top + row, height - 1) * width * 3, width * 3);
            for (var column = 0; column < Unit; column++)
            {
                var at = Math.Min(left + column, width - 1) * 3;
                float r = line[at], g = line[at + 1], b = line[at + 2];
                var place = row * Unit + column;
                y[place] = 0.299f * r + 0.587f * g + 0.114f * b - 128;
                cb[place] = -0.168736f * r - 0.331264f * g + 0.5f * b;
                cr[place] = 0.5f * r - 0.418688f * g - 0.081312f * b;
            }
        }
    }

    private static void Halve(ReadOnlySpan<float> unit, Span<float> block)
    {
        for (var row = 0; row < Block; row++)
            for (var column = 0; column < Block; column++)
            {
                var at = 2 * row * Unit + 2 * column;
                block[row * Block + column] = (unit[at] + unit[at + 1] + unit[at + Unit] + unit[at + Unit + 1]) / 4;
            }
    }
}
