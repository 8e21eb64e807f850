using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegPipe.Stages.Kernels;

// The classes that may win between cells, for as many neighbouring cells as a vector has lanes: one class, the winner of a corner, is asked which others it beats.
internal static partial class VimUpsample
{
    private const int ClassesOfWord = 32;

    /// <summary>Whether a row of cells is long enough for <see cref="Sieve"/>; else <see cref="FindCandidates"/> serves.</summary>
    internal static bool HasSieve(VimUpsamplePlan plan) => plan.Cells.Width > Vector<float>.Count;

    /// <summary>Prepares <see cref="Sifted"/> for the runs that <see cref="FillClear"/> noted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Sieve(VimUpsamplePlan plan, ReadOnlySpan<float> logits, in VimUpsamplePlan.Run rows, int mixed, float margin)
    {
        int width = plan.Cells.Width, last = width - 1 - Vector<float>.Count;
        foreach (var i in plan.Mixed.AsSpan(0, mixed)) Rule(plan, logits, rows, Math.Min(plan.ColumnRuns[i].Low, width - 2), margin);
        var done = -1;
        foreach (var i in plan.Mixed.AsSpan(0, mixed))
        {
            var cell = Math.Min(plan.ColumnRuns[i].Low, width - 2);
            if (cell <= done) continue;
            var at = Math.Min(cell, last);
            for (var word = 0; word < plan.Words; word++) SieveWord(plan, logits, rows, at, word);
            done = at + Vector<float>.Count - 1;
        }
    }

    /// <summary>The classes that may win in a run of columns, smallest first, in <see cref="VimUpsamplePlan.Candidates"/>; returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Sifted(VimUpsamplePlan plan, in VimUpsamplePlan.Run columns)
    {
        var (count, cell) = (0, Math.Min(columns.Low, plan.Cells.Width - 2));
        ref var candidates = ref MemoryMarshal.GetArrayDataReference(plan.Candidates);
        for (var word = 0; word < plan.Words; word++)
            for (var bits = plan.Sifted[word * plan.Cells.Width + cell] & plan.AllowedWords[word]; bits != 0; bits &= bits - 1)
                Unsafe.Add(ref candidates, count++) = word * ClassesOfWord + BitOperations.TrailingZeroCount(bits);
        return count;
    }

    // Of two corners' winners the one that lies less below the other rules more classes out. Where a run lies beyond the first or last cell's centre, two corners more
    // than it has are asked for, which at worst leaves a candidate too many.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rule(VimUpsamplePlan plan, ReadOnlySpan<float> logits, in VimUpsamplePlan.Run rows, int cell, float margin)
    {
        int width = plan.Cells.Width, cells = plan.Best.Length, top = rows.Low * width + cell, bottom = rows.High * width + cell;
        ref var best = ref MemoryMarshal.GetArrayDataReference(plan.Best);
        byte first = Unsafe.Add(ref best, top), second = Unsafe.Add(ref best, bottom + 1);
        if (second == first) second = Unsafe.Add(ref best, top + 1);
        if (second == first) second = Unsafe.Add(ref best, bottom);
        ref var origin = ref MemoryMarshal.GetReference(logits);
        ref float one = ref Unsafe.Add(ref origin, first * cells), two = ref Unsafe.Add(ref origin, second * cells);
        float a0 = Unsafe.Add(ref one, top), a1 = Unsafe.Add(ref one, top + 1), a2 = Unsafe.Add(ref one, bottom), a3 = Unsafe.Add(ref one, bottom + 1);
        float b0 = Unsafe.Add(ref two, top), b1 = Unsafe.Add(ref two, top + 1), b2 = Unsafe.Add(ref two, bottom), b3 = Unsafe.Add(ref two, bottom + 1);
        var (d0, d1, d2, d3) = (a0 - b0, a1 - b1, a2 - b2, a3 - b3);
        var takeFirst = MathF.Max(MathF.Max(d0, d1), MathF.Max(d2, d3)) + MathF.Min(MathF.Min(d0, d1), MathF.Min(d2, d3)) >= 0;
        ref var rule = ref MemoryMarshal.GetArrayDataReference(plan.Rules);
        Unsafe.Add(ref rule, cell) = (takeFirst ? a0 : b0) - margin;
        Unsafe.Add(ref rule, width + cell) = (takeFirst ? a1 : b1) - margin;
        Unsafe.Add(ref rule, 2 * width + cell) = (takeFirst ? a2 : b2) - margin;
        Unsafe.Add(ref rule, 3 * width + cell) = (takeFirst ? a3 : b3) - margin;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SieveWord(VimUpsamplePlan plan, ReadOnlySpan<float> logits, in VimUpsamplePlan.Run rows, int at, int word)
    {
        int width = plan.Cells.Width, cells = plan.Best.Length, first = word * ClassesOfWord, count = Math.Min(ClassesOfWord, plan.Classes - first);
        ref var rule = ref MemoryMarshal.GetArrayDataReference(plan.Rules);
        Vector<float> r0 = Vector.LoadUnsafe(ref rule, (nuint)at), r1 = Vector.LoadUnsafe(ref rule, (nuint)(width + at));
        Vector<float> r2 = Vector.LoadUnsafe(ref rule, (nuint)(2 * width + at)), r3 = Vector.LoadUnsafe(ref rule, (nuint)(3 * width + at));
        ref var origin = ref MemoryMarshal.GetReference(logits);
        nuint top = (nuint)(first * cells + rows.Low * width + at), bottom = (nuint)(first * cells + rows.High * width + at);
        Vector<int> may = Vector<int>.Zero, bit = Vector<int>.One;
        for (var k = 0; k < count; k++)
        {
            var beaten = Vector.LessThan(Vector.LoadUnsafe(ref origin, top), r0) & Vector.LessThan(Vector.LoadUnsafe(ref origin, top + 1), r1)
                & Vector.LessThan(Vector.LoadUnsafe(ref origin, bottom), r2) & Vector.LessThan(Vector.LoadUnsafe(ref origin, bottom + 1), r3);
            may |= Vector.AndNot(bit, beaten);
            bit += bit;
            top += (nuint)cells;
            bottom += (nuint)cells;
        }

        Vector.AsVectorUInt32(may).CopyTo(plan.Sifted, word * width + at);
    }
}
