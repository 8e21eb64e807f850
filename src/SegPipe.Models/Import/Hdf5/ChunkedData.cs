namespace SegPipe.Models.Import.Hdf5;

/// <summary>Puts an array together from chunks, which a B-tree lists by their corners.</summary>
internal sealed class ChunkedData
{
    private const int LargestChunk = 16 << 20;

    private readonly Hdf5Bytes _file;
    private readonly FilterPipeline _filters;
    private readonly long[] _axes;
    private readonly long[] _chunk;
    private readonly int _element;
    private readonly byte[] _whole;

    private ChunkedData(Hdf5Bytes file, FilterPipeline filters, long[] axes, long[] chunk, int element, byte[] whole) =>
        (_file, _filters, _axes, _chunk, _element, _whole) = (file, filters, axes, chunk, element, whole);

    /// <summary>The whole array; chunks that were never written are zeros.</summary>
    public static byte[] Read(Hdf5Bytes file, Hdf5Cursor cursor, long[] axes, long bytes, int element, FilterPipeline? filters)
    {
        var at = cursor.Position;
        if (cursor.U8() != axes.Length + 1 || axes.Length == 0) throw file.Fault(at, "chunks with another number of axes than their array");
        var tree = cursor.Offset();
        var chunk = new long[axes.Length];
        for (var i = 0; i < chunk.Length; i++)
        {
            chunk[i] = cursor.U32();
            if (chunk[i] == 0) throw file.Fault(at, "chunks without content");
        }
        var data = new ChunkedData(file, filters ?? FilterPipeline.None, axes, chunk, element, new byte[bytes]);
        if (tree != Hdf5Bytes.Undefined) data.ReadTree(tree, null);
        return data._whole;
    }

    private void ReadTree(long address, int? expected)
    {
        var cursor = _file.At(address);
        cursor.Expect("TREE"u8, "B-tree node");
        if (cursor.U8() != 1) throw _file.Fault(address, "a B-tree that is not one of chunks");
        var level = cursor.U8();
        if (expected is { } wanted && level != wanted) throw _file.Fault(address, "a B-tree node of the wrong level");
        var children = cursor.U16();
        _file.Structure(address, 8 + (long)children * (16 + 8 * _axes.Length + _file.OffsetSize));
        cursor.Skip(2 * _file.OffsetSize);
        for (var i = 0; i < children; i++)
        {
            var stored = cursor.U32();
            var skipped = cursor.U32();
            var corner = new long[_axes.Length];
            for (var axis = 0; axis < corner.Length; axis++) corner[axis] = cursor.Number(8);
            cursor.Skip(8);
            var child = cursor.Offset();
            if (level == 0) Place(child, stored, (uint)skipped, corner);
            else ReadTree(child, level - 1);
        }
    }

    private void Place(long address, long stored, uint skipped, long[] corner)
    {
        for (var axis = 0; axis < corner.Length; axis++)
        {
            if (corner[axis] < 0 || corner[axis] >= _axes[axis]) throw _file.Fault(address, "a chunk outside of its array");
        }
        long size = _element;
        foreach (var axis in _chunk)
        {
            if ((size *= axis) > LargestChunk) throw _file.Unsupported(address, "a chunk of more than 16 MiB");
        }
        _file.Work(address, size);
        CopyRows(_filters.Undo(_file, address, stored, skipped, (int)size, _element), corner);
    }

    private void CopyRows(ReadOnlySpan<byte> chunk, long[] corner)
    {
        var last = _axes.Length - 1;
        var row = (int)(Math.Min(_chunk[last], _axes[last] - corner[last]) * _element);
        var place = new long[_axes.Length];
        while (true)
        {
            long from = 0, to = 0;
            for (var axis = 0; axis <= last; axis++)
            {
                from = from * _chunk[axis] + place[axis];
                to = to * _axes[axis] + corner[axis] + place[axis];
            }
            chunk.Slice((int)(from * _element), row).CopyTo(_whole.AsSpan((int)(to * _element)));

            var moved = last - 1;
            while (moved >= 0 && ++place[moved] >= Math.Min(_chunk[moved], _axes[moved] - corner[moved])) place[moved--] = 0;
            if (moved < 0) return;
        }
    }
}
