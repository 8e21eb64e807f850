namespace SegPipe.Models.Import.Hdf5;

/// <summary>A collection of a global heap: where texts of variable length lie.</summary>
internal sealed class GlobalHeap
{
    private readonly Hdf5Bytes _file;
    private readonly long _address;
    private readonly Dictionary<long, (long Offset, long Length)> _objects = [];

    /// <summary>Reads the places of a collection's objects.</summary>
    public GlobalHeap(Hdf5Bytes file, long address)
    {
        _file = file;
        _address = address;
        var header = file.At(address);
        header.Expect("GCOL"u8, "global heap");
        header.Skip(4);
        var cursor = file.At(address, header.Size());
        cursor.Skip(8 + file.LengthSize);
        while (cursor.Left >= 8 + file.LengthSize)
        {
            var at = cursor.Position;
            var index = cursor.U16();
            if (index == 0) break; // The free space behind the last object.
            cursor.Skip(6);
            var length = cursor.Size();
            file.Structure(at, 8 + length);
            _objects[index] = (cursor.Position, length);
            cursor.Skip(length);
            cursor.Skip(Math.Min(-length & 7, cursor.Left));
        }
    }

    /// <summary>The bytes of an object.</summary>
    public ReadOnlySpan<byte> Find(long index) =>
        _objects.TryGetValue(index, out var place) ? _file.Slice(place.Offset, place.Length) : throw _file.Fault(_address, $"a global heap without object {index}");
}
