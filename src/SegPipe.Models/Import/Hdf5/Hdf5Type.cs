namespace SegPipe.Models.Import.Hdf5;

/// <summary>What one element is.</summary>
internal enum Hdf5Class
{
    Signed,
    Unsigned,
    Float,
    Text,
    VariableText,
}

/// <summary>Type and size of elements.</summary>
internal readonly record struct Hdf5Type(Hdf5Class Class, int Size)
{
    /// <summary>Reads a datatype.</summary>
    public static Hdf5Type Read(Hdf5Bytes file, Hdf5Cursor cursor)
    {
        var at = cursor.Position;
        var kind = cursor.U8() & 15;
        var (low, high) = (cursor.U8(), cursor.U8());
        cursor.Skip(1);
        var size = cursor.U32();
        if (size is 0 or > 1 << 20) throw file.Fault(at, $"elements of {size} bytes");
        switch (kind)
        {
            case 0 or 1 when (low & 1) != 0 || kind == 1 && (low & 0x40) != 0:
                throw file.Unsupported(at, "big-endian numbers");
            case 0 when size is 1 or 2 or 4 or 8:
                return new((low & 8) != 0 ? Hdf5Class.Signed : Hdf5Class.Unsigned, (int)size);
            case 1 when IsIeee(cursor, size):
                return new(Hdf5Class.Float, (int)size);
            case 3:
                return new(Hdf5Class.Text, (int)size);
            case 9 when (low & 15) == 1 && size == 4 + file.OffsetSize + 4:
                return new(Hdf5Class.VariableText, (int)size);
            default:
                throw file.Unsupported(at, $"elements of class {kind} with {size} bytes (flags {low:x2}{high:x2})");
        }
    }

    private static bool IsIeee(Hdf5Cursor cursor, long size)
    {
        cursor.Skip(4 + 1);
        var exponent = cursor.U8();
        return (size, exponent) is (2, 5) or (4, 8) or (8, 11);
    }
}
