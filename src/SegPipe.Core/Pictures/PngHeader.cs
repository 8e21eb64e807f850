using System.Buffers.Binary;

namespace SegPipe.Pictures;

/// <summary>A PNG's IHDR chunk.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColor Color)
{
    /// <summary>Samples a pixel.</summary>
    public int Channels => Color switch
    {
        PngColor.Rgb => 3,
        PngColor.GrayAlpha => 2,
        PngColor.RgbAlpha => 4,
        _ => 1,
    };

    /// <summary>Bytes of a row before filtering.</summary>
    public int BytesARow => checked((int)(((long)Width * Channels * BitDepth + 7) / 8));

    /// <summary>Distance in bytes to the sample that the filters look back to.</summary>
    public int BytesAPixel => Math.Max(1, Channels * BitDepth / 8);

    /// <summary>Reads the chunk's content.</summary>
    /// <exception cref="SegPipeException">65 if it describes a picture that is not supported.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length != 13) throw PngReader.Unusable(name, "its header has no valid length");
        var header = new PngHeader(BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]), content[8], (PngColor)content[9]);
        if (header.Width < 1 || header.Height < 1) throw PngReader.Unusable(name, $"its size is {header.Width}x{header.Height}");
        if (!Enum.IsDefined(header.Color)) throw PngReader.Unusable(name, $"its colour type is {content[9]}");
        var narrow = header.Color is PngColor.Gray or PngColor.Palette && header.BitDepth is 1 or 2 or 4;
        if (header.BitDepth != 8 && !narrow) throw PngReader.Unusable(name, $"it has {header.BitDepth} bits a sample");
        if (content[12] != 0) throw PngReader.Unusable(name, "it is interlaced");
        return header;
    }
}
