using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.Pickle;

/// <summary>Element type of a stored tensor.</summary>
internal enum ElementKind
{
    Float32,
    Float64,
    Float16,
    BFloat16,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Bool,
}

/// <summary>Sizes and values of element types.</summary>
internal static class ElementKinds
{
    /// <summary>Bytes of an element.</summary>
    public static int Bytes(this ElementKind kind) => kind switch
    {
        ElementKind.Float64 or ElementKind.Int64 => 8,
        ElementKind.Float32 or ElementKind.Int32 => 4,
        ElementKind.Float16 or ElementKind.BFloat16 or ElementKind.Int16 => 2,
        _ => 1,
    };

    /// <summary>An element, little-endian, as float32.</summary>
    public static float Value(this ElementKind kind, ReadOnlySpan<byte> element) => kind switch
    {
        ElementKind.Float32 => BinaryPrimitives.ReadSingleLittleEndian(element),
        ElementKind.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
        ElementKind.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
        ElementKind.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
        ElementKind.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        ElementKind.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        ElementKind.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ElementKind.Int8 => (sbyte)element[0],
        _ => element[0],
    };

    /// <summary>Reads elements that lie side by side.</summary>
    public static void Read(this ElementKind kind, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (kind == ElementKind.Float32 && BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }
        var size = kind.Bytes();
        for (var i = 0; i < values.Length; i++) values[i] = kind.Value(bytes.Slice(i * size, size));
    }
}
