using System.Buffers.Binary;

namespace SegPipe.Models.Import.Hdf5;

/// <summary>Turns an array's bytes into float32.</summary>
internal static class Hdf5Numbers
{
    /// <summary>The numbers, in the order of the file.</summary>
    public static float[] ToFloats(ReadOnlySpan<byte> raw, Hdf5Type type, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var element = raw.Slice(i * type.Size, type.Size);
            values[i] = (type.Class, type.Size) switch
            {
                (Hdf5Class.Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(element),
                (Hdf5Class.Float, 2) => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
                (Hdf5Class.Float, 8) => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
                (Hdf5Class.Signed, 1) => (sbyte)element[0],
                (Hdf5Class.Unsigned, 1) => element[0],
                (Hdf5Class.Signed, 2) => BinaryPrimitives.ReadInt16LittleEndian(element),
                (Hdf5Class.Unsigned, 2) => BinaryPrimitives.ReadUInt16LittleEndian(element),
                (Hdf5Class.Signed, 4) => BinaryPrimitives.ReadInt32LittleEndian(element),
                (Hdf5Class.Unsigned, 4) => BinaryPrimitives.ReadUInt32LittleEndian(element),
                (Hdf5Class.Signed, 8) => BinaryPrimitives.ReadInt64LittleEndian(element),
                (Hdf5Class.Unsigned, 8) => BinaryPrimitives.ReadUInt64LittleEndian(element),
                _ => throw new ArgumentException($"{type} is no number."),
            };
        }
        return values;
    }
}
