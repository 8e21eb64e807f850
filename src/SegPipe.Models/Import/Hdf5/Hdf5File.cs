namespace SegPipe.Models.Import.Hdf5;

/// <summary>
/// An HDF5 file, as far as Keras needs one: superblocks 0–3, object headers 1 and 2, groups with symbol tables or compact links,
/// contiguous, compact and chunked (B-tree 1) numbers, text attributes. Follows the HDF5 File Format Specification, version 3.0.
/// </summary>
internal sealed class Hdf5File
{
    private readonly Hdf5Bytes _bytes;
    private readonly Dictionary<long, Hdf5Object> _objects = [];
    private readonly Dictionary<long, GlobalHeap> _heaps = [];

    /// <summary>The signature that every file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Reads the superblock.</summary>
    /// <param name="label">What errors call the file.</param>
    /// <param name="memory">The whole file.</param>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public Hdf5File(string label, ReadOnlyMemory<byte> memory)
    {
        _bytes = new(label, memory);
        Root = At(RootAddress());
    }

    /// <summary>The root group.</summary>
    public Hdf5Object Root { get; }

    /// <summary>The object whose header lies at an address, read once.</summary>
    public Hdf5Object At(long address)
    {
        if (!_objects.TryGetValue(address, out var found)) _objects[address] = found = new(this, _bytes, address);
        return found;
    }

    /// <summary>An object of a global heap.</summary>
    public ReadOnlySpan<byte> HeapObject(long heap, long index)
    {
        if (!_heaps.TryGetValue(heap, out var found)) _heaps[heap] = found = new(_bytes, heap);
        return found.Find(index);
    }

    private long RootAddress()
    {
        var cursor = _bytes.At(0);
        cursor.Expect(Signature, "HDF5 signature");
        var version = cursor.U8();
        if (version > 3) throw _bytes.Unsupported(8, $"superblock version {version}");
        if (version <= 1) cursor.Skip(4);
        Sizes(ref cursor);
        if (version >= 2)
        {
            cursor.Skip(1);
            BaseAddress(ref cursor);
            cursor.Skip(2 * _bytes.OffsetSize);
            return cursor.Offset();
        }

        cursor.Skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0));
        BaseAddress(ref cursor);
        cursor.Skip(3 * _bytes.OffsetSize);
        cursor.Skip(_bytes.OffsetSize); // Where the root's name would stand: it has none.
        return cursor.Offset();
    }

    private void Sizes(ref Hdf5Cursor cursor)
    {
        var at = cursor.Position;
        _bytes.OffsetSize = cursor.U8();
        _bytes.LengthSize = cursor.U8();
        if (_bytes.OffsetSize is not (2 or 4 or 8) || _bytes.LengthSize is not (2 or 4 or 8))
            throw _bytes.Unsupported(at, $"addresses of {_bytes.OffsetSize} and lengths of {_bytes.LengthSize} bytes");
    }

    private void BaseAddress(ref Hdf5Cursor cursor)
    {
        var at = cursor.Position;
        if (cursor.Offset() != 0) throw _bytes.Unsupported(at, "a base address other than 0");
    }
}
