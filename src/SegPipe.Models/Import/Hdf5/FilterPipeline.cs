using System.IO.Compression;

namespace SegPipe.Models.Import.Hdf5;

/// <summary>What the chunks of an array went through when they were written: deflate, shuffle, Fletcher's checksum.</summary>
internal sealed class FilterPipeline
{
    private const int Deflate = 1, Shuffle = 2, Fletcher = 3;

    private readonly int[] _filters;

    private FilterPipeline(int[] filters) => _filters = filters;

    /// <summary>Chunks as they are.</summary>
    public static FilterPipeline None { get; } = new([]);

    /// <summary>Reads the list of filters.</summary>
    public static FilterPipeline Read(Hdf5Bytes file, Message message)
    {
        var cursor = file.At(message.Offset, message.Length);
        var version = cursor.U8();
        if (version is not (1 or 2)) throw file.Unsupported(message.Offset, $"filter list version {version}");
        var filters = new int[cursor.U8()];
        if (version == 1) cursor.Skip(6);
        for (var i = 0; i < filters.Length; i++)
        {
            var at = cursor.Position;
            filters[i] = cursor.U16();
            if (filters[i] is not (Deflate or Shuffle or Fletcher)) throw file.Unsupported(at, $"filter {filters[i]}");
            var name = version == 1 ? cursor.U16() : 0;
            cursor.Skip(2);
            var values = cursor.U16();
            cursor.Skip((name + 7 & ~7) + 4 * (version == 1 ? values + 1 & ~1 : values));
        }
        return new(filters);
    }

    /// <summary>A chunk as it was before it was written.</summary>
    /// <param name="file">The file.</param>
    /// <param name="address">Where the chunk lies.</param>
    /// <param name="stored">Bytes that it takes up.</param>
    /// <param name="skipped">Filters that this chunk did not go through, one bit each.</param>
    /// <param name="size">Bytes of the chunk.</param>
    /// <param name="element">Bytes of an element.</param>
    public ReadOnlySpan<byte> Undo(Hdf5Bytes file, long address, long stored, uint skipped, int size, int element)
    {
        var data = file.Slice(address, stored);
        for (var i = _filters.Length - 1; i >= 0; i--)
        {
            if ((skipped >> i & 1) != 0) continue;
            if (_filters[i] == Fletcher) data = data.Length >= 4 ? data[..^4] : throw file.Fault(address, "a chunk without its checksum");
            else data = _filters[i] == Deflate ? Inflate(file, address, data, size) : Unshuffle(file, address, data, element);
        }
        return data.Length >= size ? data[..size] : throw file.Fault(address, $"a chunk of {size} bytes that has {data.Length}");
    }

    private static byte[] Inflate(Hdf5Bytes file, long address, ReadOnlySpan<byte> data, int size)
    {
        const int checksum = 4;
        file.Work(address, size + (long)data.Length);
        var whole = new byte[size + checksum];
        using var zlib = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        try
        {
            return whole[..zlib.ReadAtLeast(whole, whole.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            throw file.Fault(address, "a chunk that cannot be inflated");
        }
    }

    private static byte[] Unshuffle(Hdf5Bytes file, long address, ReadOnlySpan<byte> data, int element)
    {
        file.Work(address, data.Length);
        var whole = data.ToArray();
        var count = data.Length / element;
        for (var i = 0; i < count; i++)
            for (var plane = 0; plane < element; plane++) whole[i * element + plane] = data[plane * count + i];
        return whole;
    }
}
