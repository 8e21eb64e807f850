using System.Buffers.Binary;

namespace SegPipe.ImportFuzz;

/// <summary>Damages files the way accidents and enemies do.</summary>
internal static class Mutation
{
    private const int MostFlips = 8, LongestRun = 64;

    // Headers, tables and directories stand at the ends of files; what lies between is mostly weights, in which damage shows little.
    private const int EdgeBytes = 8192;

    private static readonly uint[] Telling = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x01000000, 0x10000000];

    /// <summary>A damaged copy; the same random numbers give the same damage.</summary>
    public static byte[] Apply(byte[] content, Random random)
    {
        var bytes = (byte[])content.Clone();
        for (var times = 1 + random.Next(3); times > 0 && bytes.Length > 0; times--) bytes = Once(bytes, random);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        var at = Place(bytes.Length, random);
        var run = Math.Min(1 + random.Next(LongestRun), bytes.Length - at);
        switch (random.Next(9))
        {
            case 0:
                for (var flips = 1 + random.Next(MostFlips); flips > 0; flips--) bytes[Place(bytes.Length, random)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)Telling[random.Next(5)];
                return bytes;
            case 2 or 3:
                if (at + sizeof(uint) <= bytes.Length) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Telling[random.Next(Telling.Length)]);
                return bytes;
            case 4:
                if (at + sizeof(uint) > bytes.Length) return bytes;
                // Offsets that miss by a little, or lead elsewhere in the file.
                var value = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)) + random.Next(-16, 17);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), random.Next(4) == 0 ? random.Next(bytes.Length) : value);
                return bytes;
            case 5:
                return bytes[..at];
            case 6:
                return [.. bytes[..at], .. bytes[(at + run)..]];
            case 7:
                var source = random.Next(bytes.Length - run + 1);
                return [.. bytes[..at], .. bytes[source..(source + run)], .. bytes[at..]];
            default:
                random.NextBytes(bytes.AsSpan(at, run));
                return bytes;
        }
    }

    private static int Place(int length, Random random) => random.Next(8) switch
    {
        <= 2 => random.Next(Math.Min(length, EdgeBytes)),
        <= 5 => length - 1 - random.Next(Math.Min(length, EdgeBytes)),
        _ => random.Next(length),
    };
}
