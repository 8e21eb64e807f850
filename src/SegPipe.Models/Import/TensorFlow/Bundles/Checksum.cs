using System.Buffers.Binary;
using System.Numerics;

namespace SegPipe.Models.Import.TensorFlow.Bundles;

/// <summary>CRC-32C as LevelDB and TensorFlow store it: turned and shifted, so that a sum over stored sums is still good.</summary>
internal static class Checksum
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The stored form of the sum over some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
