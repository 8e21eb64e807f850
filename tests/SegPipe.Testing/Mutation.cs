using System.Buffers.Binary;

namespace SegPipe.Testing;

/// <summary>Damages a sound file in the ways in which files are damaged and forged.</summary>
public static class Mutation
{
    private const int LongestRun = 64;

    // Headers, tables and directories stand at the ends of files; what lies between is mostly weights, in which damage shows little.
    private const int EdgeBytes = 8192;

    private static readonly ulong[] Extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff];

    /// <summary>One to four changes of a copy; the same random numbers give the same damage.</summary>
    public static byte[] Of(byte[] sound, Random random)
    {
        var bytes = (byte[])sound.Clone();
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 1; changes--) bytes = Changed(bytes, random);
        return bytes;
    }

    /// <summary>One or two changed numbers of 32 bits: for formats in which nearly everything that is moved is found out at once.</summary>
    public static byte[] OfNumbers(byte[] sound, Random random)
    {
        var bytes = (byte[])sound.Clone();
        for (var changes = random.Next(1, 3); changes > 0 && bytes.Length >= sizeof(int); changes--) ChangeNumber(bytes, random);
        return bytes;
    }

    private static void ChangeNumber(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length / sizeof(int)) * sizeof(int);
        var place = bytes.AsSpan(at, sizeof(int));
        switch (random.Next(6))
        {
            case 0: place[random.Next(sizeof(int))] ^= (byte)(1 << random.Next(8)); break;
            case 1: place[0] = (byte)random.Next(256); break;
            case 2: BinaryPrimitives.WriteUInt32LittleEndian(place, unchecked((uint)Extremes[random.Next(Extremes.Length)])); break;
            case 3: BinaryPrimitives.WriteInt32LittleEndian(place, random.Next(-2, 9)); break;
            case 4: BinaryPrimitives.WriteInt32LittleEndian(place, unchecked(BinaryPrimitives.ReadInt32LittleEndian(place) + random.Next(-16, 17))); break;
            default: bytes.AsSpan(random.Next(bytes.Length / sizeof(int)) * sizeof(int), sizeof(int)).CopyTo(place); break;
        }
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        var at = Place(bytes.Length, random);
        var length = random.Next(1, Math.Min(LongestRun, bytes.Length - at) + 1);
        switch (random.Next(12))
        {
            case 0: return bytes[..at];
            case 1: return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2: return Inserted(bytes, at, bytes.AsSpan(random.Next(bytes.Length - length + 1), length));
            case 3: return Inserted(bytes, at, [.. Enumerable.Repeat(bytes[at], length)]);
            case 4: bytes[at] = (byte)random.Next(256); return bytes;
            case 5: random.NextBytes(bytes.AsSpan(at, length)); return bytes;
            case 6 or 7: Extreme(bytes.AsSpan(at), random); return bytes;
            case 8: Nearby(bytes, at, random); return bytes;
            case 9 when bytes.Length >= 8: Elsewhere(bytes, at, random); return bytes;
            default: bytes[at] ^= (byte)(1 << random.Next(8)); return bytes;
        }
    }

    private static int Place(int length, Random random) => random.Next(8) switch
    {
        <= 2 => random.Next(Math.Min(length, EdgeBytes)),
        <= 5 => length - 1 - random.Next(Math.Min(length, EdgeBytes)),
        _ => random.Next(length),
    };

    private static byte[] Inserted(byte[] bytes, int at, ReadOnlySpan<byte> more) => [.. bytes.AsSpan(0, at), .. more, .. bytes.AsSpan(at)];

    // Counts and offsets are where readers trust a file: little-endian, of two to eight bytes.
    private static void Extreme(Span<byte> bytes, Random random)
    {
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Extremes[random.Next(Extremes.Length)]);
        var width = Math.Min(1 << random.Next(1, 4), bytes.Length);
        value[..width].CopyTo(bytes);
    }

    // Offsets that miss by a little, or lead elsewhere in the file.
    private static void Nearby(byte[] bytes, int at, Random random)
    {
        if (at + sizeof(int) > bytes.Length) return;
        var place = bytes.AsSpan(at);
        var value = unchecked(BinaryPrimitives.ReadInt32LittleEndian(place) + random.Next(-16, 17));
        BinaryPrimitives.WriteInt32LittleEndian(place, random.Next(4) == 0 ? random.Next(bytes.Length) : value);
    }

    // An offset of the file itself in another's place is what makes structures point in circles.
    private static void Elsewhere(byte[] bytes, int at, Random random)
    {
        var (from, to) = (random.Next(bytes.Length / 8) * 8, at / 8 * 8);
        var width = Math.Min(8, Math.Min(bytes.Length - from, bytes.Length - to));
        bytes.AsSpan(from, width).CopyTo(bytes.AsSpan(to, width));
    }
}
