using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>The values of a constant or a variable: real numbers as float32, all others as 64-bit integers.</summary>
internal sealed class TensorValues
{
    private TensorValues(long[] shape, float[]? reals, long[]? integers)
    {
        Shape = shape;
        Reals = reals;
        Integers = integers;
    }

    /// <summary>Lengths of the axes; none for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>The values, where they are real numbers.</summary>
    public float[]? Reals { get; }

    /// <summary>The values, where they are whole numbers.</summary>
    public long[]? Integers { get; }

    /// <summary>Number of values.</summary>
    public int Count => Reals?.Length ?? Integers!.Length;

    /// <summary>The shape in words.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    /// <summary>Real numbers.</summary>
    public static TensorValues Of(float[] values, params long[] shape) => new(shape, values, null);

    /// <summary>Whole numbers.</summary>
    public static TensorValues Of(long[] values, params long[] shape) => new(shape, null, values);

    /// <summary>The same values in another shape of as many.</summary>
    public TensorValues As(params long[] shape) => new(shape, Reals, Integers);

    /// <summary>The values that bytes in little-endian order stand for.</summary>
    public static TensorValues FromBytes(ElementKind kind, long[] shape, ReadOnlySpan<byte> bytes)
    {
        if (kind == ElementKind.Float) return Of(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape);
        var width = kind.Bytes();
        var count = bytes.Length / width;
        if (!kind.IsReal())
        {
            var integers = new long[count];
            for (var i = 0; i < count; i++)
            {
                var at = bytes[(i * width)..];
                integers[i] = width == 1 ? at[0] : width == 4 ? BinaryPrimitives.ReadInt32LittleEndian(at) : BinaryPrimitives.ReadInt64LittleEndian(at);
            }

            return Of(integers, shape);
        }

        var reals = new float[count];
        for (var i = 0; i < count; i++) reals[i] = Real(kind, bytes[(i * width)..]);
        return Of(reals, shape);
    }

    /// <summary>The number of elements of a shape, or −1 where an axis is negative or there are more than a network can have.</summary>
    public static long CountOf(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (var axis in shape)
        {
            if (axis is < 0 or > int.MaxValue || (count *= axis) > int.MaxValue) return -1;
        }

        return count;
    }

    private static float Real(ElementKind kind, ReadOnlySpan<byte> bytes) => kind switch
    {
        ElementKind.Double => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ElementKind.Half => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
    };
}
