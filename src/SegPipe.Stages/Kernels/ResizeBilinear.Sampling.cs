using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegPipe.Stages.Kernels;

internal static partial class ResizeBilinear
{
    private static void SamplePlaneRow(ReadOnlySpan<byte> plane, BilinearAxis columns, BilinearAxis rows, int y, Span<float> scratch, Span<float> levels)
    {
        var width = columns.SourceLength;
        var top = plane.Slice(rows.Low[y] * width, width);
        var bottom = plane.Slice(rows.High[y] * width, width);
        var (start, weight) = (columns.First, rows.Weight[y]);
        if (start == columns.End) return;

        var low = columns.Low[start];
        if (columns.Halves > 0 && weight == 0.5f)
        {
            Halve(top[low..], bottom[low..], levels.Slice(start, columns.Halves));
            start += columns.Halves;
        }
        else if (columns.Steps > 0 && weight == 0 && columns.Weight[start] * 4 is var quarters && quarters == MathF.Floor(quarters))
        {
            Quarters(top[low..], levels.Slice(start, columns.Steps), (ushort)quarters);
            start += columns.Steps;
        }

        if (start == columns.End) return;
        BetweenRows(top, bottom, weight, scratch, columns.Low[start]);
        Gather(scratch[..width], columns, levels, start);
    }

    // Two source pixels of two rows become one: sums of four bytes are exact in 16 bits, a quarter of them is exact in float32, and so is every step of the
    // reference with weights of one half. A pair of bytes is a 16-bit lane; the order inside it does not matter to a sum.
    private static void Halve(ReadOnlySpan<byte> top, ReadOnlySpan<byte> bottom, Span<float> levels)
    {
        top = top[..(2 * levels.Length)];
        bottom = bottom[..top.Length];
        ref byte above = ref MemoryMarshal.GetReference(top), below = ref MemoryMarshal.GetReference(bottom);
        var low = new Vector<ushort>(0xff);
        var x = 0;
        for (; x <= levels.Length - Vector<ushort>.Count; x += Vector<ushort>.Count)
        {
            var a = Vector.AsVectorUInt16(Vector.LoadUnsafe(ref above, (nuint)(2 * x)));
            var b = Vector.AsVectorUInt16(Vector.LoadUnsafe(ref below, (nuint)(2 * x)));
            StoreQuarters((a & low) + (a >>> 8) + (b & low) + (b >>> 8), levels[x..]);
        }

        for (; x < levels.Length; x++) levels[x] = (top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1]) * 0.25f;
    }

    // Neighbours with weights of whole quarters (same size; chroma of a halved picture, with the weight 0) are exact like that, too.
    private static void Quarters(ReadOnlySpan<byte> row, Span<float> levels, ushort quarters)
    {
        row = row[..(levels.Length + 1)];
        ref var origin = ref MemoryMarshal.GetReference(row);
        var left = (ushort)(4 - quarters);
        var x = 0;
        for (; x <= levels.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref origin, (nuint)x), out var a0, out var a1);
            Vector.Widen(Vector.LoadUnsafe(ref origin, (nuint)(x + 1)), out var b0, out var b1);
            StoreQuarters(a0 * left + b0 * quarters, levels[x..]);
            StoreQuarters(a1 * left + b1 * quarters, levels[(x + Vector<ushort>.Count)..]);
        }

        for (; x < levels.Length; x++) levels[x] = (row[x] * left + row[x + 1] * quarters) * 0.25f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters(Vector<ushort> sums, Span<float> levels)
    {
        Vector.Widen(sums, out var first, out var second);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(first)) * 0.25f).CopyTo(levels);
        (Vector.ConvertToSingle(Vector.AsVectorInt32(second)) * 0.25f).CopyTo(levels[Vector<float>.Count..]);
    }

    private static void BetweenRows(ReadOnlySpan<byte> top, ReadOnlySpan<byte> bottom, float weight, Span<float> row, int start)
    {
        bottom = bottom[..top.Length];
        row = row[..top.Length];
        ref byte above = ref MemoryMarshal.GetReference(top), below = ref MemoryMarshal.GetReference(bottom);
        var x = start;
        var share = new Vector<float>(weight);
        for (; x <= top.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref above, (nuint)x), out var a0, out var a1);
            Vector.Widen(Vector.LoadUnsafe(ref below, (nuint)x), out var b0, out var b1);
            StoreBetween(a0, b0, share, row[x..]);
            StoreBetween(a1, b1, share, row[(x + Vector<ushort>.Count)..]);
        }

        for (; x < top.Length; x++) row[x] = Between(top[x], bottom[x], weight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreBetween(Vector<ushort> a, Vector<ushort> b, Vector<float> share, Span<float> row)
    {
        Vector.Widen(a, out var a0, out var a1);
        Vector.Widen(b, out var b0, out var b1);
        Between(a0, b0, share).CopyTo(row);
        Between(a1, b1, share).CopyTo(row[Vector<float>.Count..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Between(Vector<uint> a, Vector<uint> b, Vector<float> share)
    {
        var from = Vector.ConvertToSingle(Vector.AsVectorInt32(a));
        return from + share * (Vector.ConvertToSingle(Vector.AsVectorInt32(b)) - from);
    }

    private static void Gather(ReadOnlySpan<float> row, BilinearAxis columns, Span<float> levels, int start)
    {
        // The tables never point outside a row of the source's length, so the inner loop goes without checks.
        ref var origin = ref MemoryMarshal.GetReference(row);
        ReadOnlySpan<int> low = columns.Low.AsSpan(start..columns.End), high = columns.High.AsSpan(start, low.Length);
        var weight = columns.Weight.AsSpan(start, low.Length);
        levels = levels.Slice(start, low.Length);
        for (var x = 0; x < low.Length; x++) levels[x] = Between(Unsafe.Add(ref origin, low[x]), Unsafe.Add(ref origin, high[x]), weight[x]);
    }
}
