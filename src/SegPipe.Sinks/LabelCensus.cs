using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegPipe.Sinks;

/// <summary>Counts over class maps.</summary>
internal static class LabelCensus
{
    /// <summary>Counts each value.</summary>
    /// <param name="labels">The class map.</param>
    /// <param name="counts">256 counts, overwritten.</param>
    public static void Count(ReadOnlySpan<byte> labels, Span<long> counts)
    {
        counts.Clear();
        // Neighbours are mostly alike: eight equal bytes are one step, and no counter waits for its own last store.
        var words = MemoryMarshal.Cast<byte, ulong>(labels);
        foreach (var word in words)
        {
            var first = (byte)word;
            if (word == first * 0x0101010101010101UL)
            {
                counts[first] += 8;
                continue;
            }

            for (var shift = 0; shift < 64; shift += 8) counts[(byte)(word >> shift)]++;
        }

        foreach (var value in labels[(words.Length * 8)..]) counts[value]++;
    }

    /// <summary>Number of places where two class maps of the same length differ.</summary>
    public static long CountDifferences(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long equal = 0;
        var i = 0;
        for (; i <= a.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            equal += BitOperations.PopCount(Vector256.Equals(Vector256.Create(a[i..]), Vector256.Create(b[i..])).ExtractMostSignificantBits());
        }

        for (; i < a.Length; i++) equal += a[i] == b[i] ? 1 : 0;
        return a.Length - equal;
    }
}
