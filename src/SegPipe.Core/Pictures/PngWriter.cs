using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

namespace SegPipe.Pictures;

/// <summary>Writes 8-bit PNG files.</summary>
public static class PngWriter
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Encodes one gray picture.</summary>
    /// <param name="samples">Rows without padding, one byte a pixel.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static byte[] EncodeGray(ReadOnlySpan<byte> samples, int width, int height) => Encode(samples, width, height, 1);

    /// <summary>Encodes one colour picture.</summary>
    /// <param name="samples">Rows without padding, red, green and blue of each pixel.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static byte[] EncodeRgb(ReadOnlySpan<byte> samples, int width, int height) => Encode(samples, width, height, 3);

    private static byte[] Encode(ReadOnlySpan<byte> samples, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (samples.Length != checked(width * height * channels)) throw new ArgumentException($"{samples.Length} bytes are not {width}x{height}x{channels}.", nameof(samples));
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = [0, 0, 0, 0, 0, 0, 0, 0, 8, (byte)(channels == 1 ? PngColor.Gray : PngColor.Rgb), 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        PngChunk.Write(file, "IHDR"u8, header);
        using var data = new MemoryStream();
        Compress(data, samples, width * channels, channels);
        PngChunk.Write(file, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        PngChunk.Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Compress(Stream target, ReadOnlySpan<byte> samples, int stride, int channels)
    {
        using var deflate = new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true);
        var buffer = ArrayPool<byte>.Shared.Rent(3 * (stride + 1));
        var best = buffer.AsSpan(0, stride + 1);
        var other = buffer.AsSpan(stride + 1, stride + 1);
        var above = buffer.AsSpan(2 * (stride + 1), stride);
        above.Clear();
        ReadOnlySpan<byte> previous = above;
        for (var start = 0; start < samples.Length; start += stride)
        {
            var row = samples.Slice(start, stride);
            var cost = Filter(PngFilter.Up, row, previous, channels, best);
            // A row like the one above, the commonest in class maps, is as cheap as can be.
            if (cost > 0 && Filter(PngFilter.Sub, row, previous, channels, other) < cost)
            {
                var swap = best;
                best = other;
                other = swap;
            }

            deflate.Write(best);
            previous = row;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Filters a row and gives the sum of its magnitudes, the usual guess at how well it will compress.</summary>
    private static long Filter(PngFilter filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, Span<byte> target)
    {
        target[0] = (byte)filter;
        var filtered = target[1..];
        if (filter == PngFilter.Up)
        {
            Subtract(row, above, filtered);
        }
        else
        {
            var first = Math.Min(channels, row.Length);
            row[..first].CopyTo(filtered);
            Subtract(row[first..], row[..^first], filtered[first..]);
        }

        return SumOfMagnitudes(filtered);
    }

    private static void Subtract(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> difference)
    {
        var i = 0;
        for (; i <= a.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(a[i..]) - new Vector<byte>(b[i..])).CopyTo(difference[i..]);
        }

        for (; i < a.Length; i++) difference[i] = (byte)(a[i] - b[i]);
    }

    private static long SumOfMagnitudes(ReadOnlySpan<byte> filtered)
    {
        long sum = 0;
        var i = 0;
        for (; i <= filtered.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            // min(v, −v) is the magnitude of v as a signed byte.
            var v = new Vector<byte>(filtered[i..]);
            Vector.Widen(Vector.Min(v, Vector<byte>.Zero - v), out var low, out var high);
            sum += Vector.Sum(low + high);
        }

        for (; i < filtered.Length; i++) sum += Math.Min(filtered[i], 256 - filtered[i]);
        return sum;
    }
}
