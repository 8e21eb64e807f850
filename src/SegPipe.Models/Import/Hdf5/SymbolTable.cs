namespace SegPipe.Models.Import.Hdf5;

/// <summary>Reads the members of an old group: a B-tree whose leaves name entries in a local heap.</summary>
internal static class SymbolTable
{
    /// <summary>Adds the members that a symbol table message leads to.</summary>
    public static void Read(Hdf5Bytes file, Message message, Dictionary<string, long> links)
    {
        var cursor = file.At(message.Offset, message.Length);
        var tree = cursor.Offset();
        var heap = file.At(cursor.Offset());
        heap.Expect("HEAP"u8, "local heap");
        heap.Skip(4);
        var size = heap.Size();
        heap.Skip(file.LengthSize);
        var names = heap.Offset();
        ReadTree(file, tree, null, (names, size), links);
    }

    private static void ReadTree(Hdf5Bytes file, long address, int? expected, (long Offset, long Length) names, Dictionary<string, long> links)
    {
        var cursor = file.At(address);
        cursor.Expect("TREE"u8, "B-tree node");
        if (cursor.U8() != 0) throw file.Fault(address, "a B-tree that is not a group's");
        var level = cursor.U8();
        // Levels that fall by one at each step keep a tree from being a circle.
        if (expected is { } wanted && level != wanted) throw file.Fault(address, "a B-tree node of the wrong level");
        var children = cursor.U16();
        file.Structure(address, 8 + (long)children * (file.LengthSize + file.OffsetSize));
        cursor.Skip(2 * file.OffsetSize);
        for (var i = 0; i < children; i++)
        {
            cursor.Skip(file.LengthSize);
            var child = cursor.Offset();
            if (level == 0) ReadNode(file, child, names, links);
            else ReadTree(file, child, level - 1, names, links);
        }
    }

    private static void ReadNode(Hdf5Bytes file, long address, (long Offset, long Length) names, Dictionary<string, long> links)
    {
        var cursor = file.At(address);
        cursor.Expect("SNOD"u8, "symbol table node");
        cursor.Skip(2);
        var count = cursor.U16();
        file.Structure(address, 8 + (long)count * (2 * file.OffsetSize + 24));
        for (var i = 0; i < count; i++)
        {
            var name = cursor.Offset();
            var header = cursor.Offset();
            cursor.Skip(4 + 4 + 16);
            if (name < 0 || name > names.Length) throw file.Fault(cursor.Position, "a name outside of its heap");
            links[file.At(names.Offset + name, names.Length - name).ZeroEnded()] = header;
        }
    }
}
