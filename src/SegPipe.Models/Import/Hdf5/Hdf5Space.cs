namespace SegPipe.Models.Import.Hdf5;

/// <summary>Reads the lengths of an array's axes.</summary>
internal static class Hdf5Space
{
    /// <summary>The axes; none for a scalar, and one of length 0 for nothing at all.</summary>
    public static long[] Read(Hdf5Bytes file, Hdf5Cursor cursor)
    {
        var at = cursor.Position;
        var version = cursor.U8();
        if (version is not (1 or 2)) throw file.Unsupported(at, $"dataspace version {version}");
        var rank = cursor.U8();
        cursor.Skip(1);
        const int nothing = 2;
        if (version == 1) cursor.Skip(5);
        else if (cursor.U8() == nothing) return [0];
        if (rank > 8) throw file.Unsupported(at, $"an array of {rank} axes");
        var axes = new long[rank];
        for (var i = 0; i < rank; i++) axes[i] = cursor.Size();
        return axes;
    }

    /// <summary>Number of elements.</summary>
    public static int Count(Hdf5Bytes file, long offset, long[] axes)
    {
        long count = 1;
        foreach (var axis in axes)
        {
            if (axis > int.MaxValue || (count *= axis) > int.MaxValue) throw file.Fault(offset, $"an array of {string.Join('×', axes)}");
        }
        return (int)count;
    }
}
