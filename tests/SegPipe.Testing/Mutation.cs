using System.Buffers.Binary;

namespace SegPipe.Testing;

/// <summary>Damages a sound file in the ways in which files are damaged and forged.</summary>
public static class Mutation
{
    private static readonly ulong[] Extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff];

    /// <summary>One to four changes of a file.</summary>
    public static byte[] Of(byte[] sound, Random random)
    {
        var bytes = new List<byte>(sound);
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 1; changes--) Change(bytes, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        var length = random.Next(1, Math.Min(64, bytes.Count - at) + 1);
        switch (random.Next(10))
        {
            case 0: bytes.RemoveRange(at, bytes.Count - at); break;
            case 1: bytes.RemoveRange(at, length); break;
            case 2: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length)); break;
            case 3: Extreme(bytes, at, random); break;
            case 4: bytes[at] = (byte)random.Next(256); break;
            case 5: bytes.InsertRange(at, Enumerable.Repeat(bytes[at], length)); break;
            case 6 when bytes.Count >= 8: Elsewhere(bytes, at, random); break;
            default: bytes[at] ^= (byte)(1 << random.Next(10)); break;
        }
    }

    // An offset of the file itself in another's place is what makes structures point in circles.
    private static void Elsewhere(List<byte> bytes, int at, Random random)
    {
        var (from, to) = (random.Next(bytes.Count / 8) * 8, at / 8 * 8);
        for (var i = 0; i < 8 && to + i < bytes.Count; i++) bytes[to + i] = bytes[from + i];
    }

    // Counts and offsets are where readers trust a file: little-endian, of two to eight bytes.
    private static void Extreme(List<byte> bytes, int at, Random random)
    {
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Extremes[random.Next(Extremes.Length)]);
        for (var i = 0; i < 1 << random.Next(1, 4) && at + i < bytes.Count; i++) bytes[at + i] = value[i];
    }
}
