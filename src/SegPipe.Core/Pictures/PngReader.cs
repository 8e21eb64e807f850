using System.Buffers.Binary;
using System.IO.Compression;

namespace SegPipe.Pictures;

/// <summary>A picture read from a PNG file.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Samples a pixel: 1 gray or index into the palette, 2 gray and alpha, 3 RGB, 4 RGB and alpha.</param>
/// <param name="Samples">Rows without padding, one byte a sample; indices and gray below 8 bits are not scaled.</param>
/// <param name="Palette">Colours of the indices, null for pictures without a palette.</param>
public sealed record PngImage(int Width, int Height, int Channels, byte[] Samples, IReadOnlyList<(byte R, byte G, byte B)>? Palette);

/// <summary>Reads PNG files of up to 8 bits a sample that are not interlaced, such as class maps.</summary>
public static class PngReader
{
    private const int MaxPixels = 1 << 28;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Reads a file.</summary>
    /// <exception cref="SegPipeException">66 if it is missing, 65 if it is not such a PNG or is damaged, 74 if it cannot be read.</exception>
    public static PngImage Read(string path)
    {
        if (!File.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"The picture {path} does not exist.", "Check the path.");
        try
        {
            return Decode(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"The picture {path} cannot be read: {e.Message}", inner: e);
        }
    }

    /// <summary>Decodes a file's content.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="SegPipeException">65 if it is not such a PNG or is damaged.</exception>
    public static PngImage Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(Signature)) throw Unusable(name, "it is not a PNG");
        var rest = bytes[Signature.Length..];
        PngHeader? header = null;
        (byte, byte, byte)[]? palette = null;
        using var data = new MemoryStream();
        while (true)
        {
            var (type, content) = NextChunk(ref rest, name);
            if (type.SequenceEqual("IEND"u8)) break;
            if (type.SequenceEqual("IHDR"u8)) header = PngHeader.Read(content, name);
            else if (type.SequenceEqual("PLTE"u8)) palette = ReadPalette(content, name);
            else if (type.SequenceEqual("IDAT"u8)) data.Write(content);
            else if ((type[0] & 0x20) == 0) throw Unusable(name, "it has a critical chunk that is not known");
        }

        if (header is not { } picture) throw Unusable(name, "it has no header");
        if ((long)picture.Width * picture.Height > MaxPixels) throw Unusable(name, $"{picture.Width}x{picture.Height} is too large");
        if (picture.Color == PngColor.Palette && palette is null) throw Unusable(name, "it has no palette");
        data.Position = 0;
        return new PngImage(picture.Width, picture.Height, picture.Channels, Inflate(data, picture, name), picture.Color == PngColor.Palette ? palette : null);
    }

    /// <summary>The error for a picture that cannot be used.</summary>
    internal static SegPipeException Unusable(string name, string why, Exception? inner = null) =>
        new(ExitCode.InputUnusable, $"The picture {name} cannot be used: {why}.", "Save it again as an 8-bit PNG without interlacing.", inner);

    private static (byte[] Type, byte[] Content) NextChunk(ref ReadOnlySpan<byte> rest, string name)
    {
        if (rest.Length < 12) throw Unusable(name, "it is cut short");
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - 12) throw Unusable(name, "it is cut short");
        var checkedPart = rest.Slice(4, 4 + (int)length);
        if (PngChunk.Crc(checkedPart) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..])) throw Unusable(name, "a checksum is wrong");
        rest = rest[(12 + (int)length)..];
        return (checkedPart[..4].ToArray(), checkedPart[4..].ToArray());
    }

    private static (byte, byte, byte)[] ReadPalette(byte[] content, string name)
    {
        if (content.Length is 0 or > 768 || content.Length % 3 != 0) throw Unusable(name, "its palette has no valid length");
        return [.. Enumerable.Range(0, content.Length / 3).Select(i => (content[3 * i], content[3 * i + 1], content[3 * i + 2]))];
    }

    private static byte[] Inflate(Stream data, PngHeader header, string name)
    {
        var stride = header.BytesARow;
        var samples = new byte[checked(header.Width * header.Height * header.Channels)];
        byte[] row = new byte[stride], above = new byte[stride], filter = new byte[1];
        try
        {
            using var inflate = new ZLibStream(data, CompressionMode.Decompress);
            for (var y = 0; y < header.Height; y++)
            {
                inflate.ReadExactly(filter);
                inflate.ReadExactly(row);
                if (!PngUnfilter.Apply((PngFilter)filter[0], row, above, header.BytesAPixel)) throw Unusable(name, $"row {y} has filter {filter[0]}");
                Unpack(row, samples.AsSpan(y * header.Width * header.Channels, header.Width * header.Channels), header.BitDepth);
                (row, above) = (above, row);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Unusable(name, "its picture data are damaged or cut short", e);
        }

        return samples;
    }

    private static void Unpack(ReadOnlySpan<byte> row, Span<byte> samples, int bitDepth)
    {
        if (bitDepth == 8)
        {
            row.CopyTo(samples);
            return;
        }

        var perByte = 8 / bitDepth;
        for (var x = 0; x < samples.Length; x++)
        {
            var shift = 8 - bitDepth * (x % perByte + 1);
            samples[x] = (byte)(row[x / perByte] >> shift & (1 << bitDepth) - 1);
        }
    }
}
