using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using static SegPipe.Models.Tests.Import.TensorFlow.ProtoWriter;

namespace SegPipe.Models.Tests.Import.TensorFlow;

/// <summary>Writes a checkpoint: the index as a sorted string table with shared prefixes and small blocks, and one data file.</summary>
internal sealed class BundleWriter
{
    private readonly SortedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal) { [""] = Join(Number(1, 1), Bytes(3, Number(1, 1))) };
    private readonly List<byte> _data = [];
    private readonly List<(int Start, int Length)> _blocks = [];

    /// <summary>Entries of a block.</summary>
    public int EntriesPerBlock { get; init; } = 3;

    public BundleWriter Reals(string name, float[] values, params long[] shape)
    {
        Add(name, 1, shape, MemoryMarshal.AsBytes<float>(values).ToArray(), Sum(MemoryMarshal.AsBytes<float>(values)));
        return this;
    }

    /// <summary>An object graph; each object has named members and perhaps the key of a variable.</summary>
    public BundleWriter Objects(params ((string Name, int Object)[] Members, string? Key)[] objects)
    {
        var graph = Join(objects.Select(one => Bytes(1, Join([
            .. one.Members.Select(member => Bytes(1, Join(Number(1, member.Object), Text(2, member.Name)))),
            .. one.Key is null ? (byte[][])[] : [Bytes(2, Join(Text(1, "VARIABLE_VALUE"), Text(2, "full name"), Text(3, one.Key)))],
        ]))));
        Add("_CHECKPOINTABLE_OBJECT_GRAPH", 7, [], [.. Varint((ulong)graph.Length), 0, 0, 0, 0, .. graph], 0);
        return this;
    }

    /// <summary>An entry of an index as it is given.</summary>
    public BundleWriter Entry(string name, params byte[][] fields)
    {
        _entries[name] = Join(fields);
        return this;
    }

    /// <summary>Writes PREFIX.index and PREFIX.data-00000-of-00001 and gives the prefix back.</summary>
    public string Write(string prefix)
    {
        File.WriteAllBytes(prefix + ".index", Index());
        File.WriteAllBytes(prefix + ".data-00000-of-00001", [.. _data]);
        return prefix;
    }

    public byte[] Index()
    {
        var file = new List<byte>();
        var handles = new List<(string, byte[])>();
        foreach (var chunk in _entries.Chunk(EntriesPerBlock)) handles.Add((chunk[^1].Key, AddBlock(file, chunk.Select(entry => (entry.Key, entry.Value)))));
        byte[] footer = [.. AddBlock(file, []), .. AddBlock(file, handles)];
        return [.. file, .. footer, .. new byte[40 - footer.Length], 0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB];
    }

    /// <summary>Makes the checksums of an index right again where its blocks still lie as they were written.</summary>
    public byte[] Seal(byte[] index)
    {
        foreach (var (start, length) in _blocks)
        {
            if (start + length + 5 <= index.Length) BinaryPrimitives.WriteUInt32LittleEndian(index.AsSpan(start + length + 1), Sum(index.AsSpan(start, length + 1)));
        }

        return index;
    }

    /// <summary>CRC-32C bit by bit, as LevelDB stores it.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    private void Add(string name, int kind, long[] shape, byte[] bytes, uint sum)
    {
        byte[] checksum = sum == 0 ? [] : [0x35, .. BitConverter.GetBytes(sum)];
        _entries[name] = Join(Number(1, kind), Bytes(2, Join(shape.Select(axis => Bytes(2, Number(1, axis))))), Number(4, _data.Count), Number(5, bytes.Length), checksum);
        _data.AddRange(bytes);
    }

    private byte[] AddBlock(List<byte> file, IEnumerable<(string Key, byte[] Value)> entries)
    {
        var block = new List<byte>();
        var last = "";
        foreach (var (key, value) in entries)
        {
            var shared = key.Zip(last).TakeWhile(pair => pair.First == pair.Second).Count();
            block.AddRange([.. Varint((ulong)shared), .. Varint((ulong)(key.Length - shared)), .. Varint((ulong)value.Length), .. Encoding.ASCII.GetBytes(key[shared..]), .. value]);
            last = key;
        }

        block.AddRange([0, 0, 0, 0, 1, 0, 0, 0]);
        _blocks.Add((file.Count, block.Count));
        byte[] handle = [.. Varint((ulong)file.Count), .. Varint((ulong)block.Count)];
        block.Add(0);
        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(sum, Sum(CollectionsMarshal.AsSpan(block)));
        file.AddRange([.. block, .. sum]);
        return handle;
    }
}
