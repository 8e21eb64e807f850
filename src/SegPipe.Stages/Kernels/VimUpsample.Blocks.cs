using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegPipe.Stages.Kernels;

// Cells of whole blocks of 8 × 8 pixels: a candidate's eight rows are interpolated at once, and two rows of eight pixels are one vector.
internal static partial class VimUpsample
{
    private const int Block = 8;

    private static bool IsBlock(in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns) =>
        Avx512F.IsSupported && rows.End - rows.Start == Block && columns.End - columns.Start == Block;

    // A single block stays in registers: no candidate's rows are kept for a next one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PaintOne(
        VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> band, in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns, ReadOnlySpan<int> candidates)
    {
        int cells = plan.Cells.Width, width = plan.Labels.Width;
        var at = (TopLeft: rows.Low * cells + columns.Low, TopRight: rows.Low * cells + columns.High, BottomLeft: rows.High * cells + columns.Low, BottomRight: rows.High * cells + columns.High);
        ref var origin = ref MemoryMarshal.GetReference(logits);
        var down = Vector256.Create<float>(plan.Rows.Weight.AsSpan(rows.Start, Block));
        var across = Vector256.Create<float>(plan.Columns.Weight.AsSpan(columns.Start, Block));
        var share = Vector512.Create(across, across);
        var row0 = Vector512.Create(Vector256<int>.Zero, Vector256<int>.One);
        Vector512<int> row1 = row0 + Vector512.Create(2), row2 = row0 + Vector512.Create(4), row3 = row0 + Vector512.Create(6);
        Vector512<float> score0 = Vector512.Create(float.NegativeInfinity), score1 = score0, score2 = score0, score3 = score0;
        Vector512<int> best0 = default, best1 = default, best2 = default, best3 = default;
        foreach (var k in candidates)
        {
            plan.Interpolated[k] = true;
            ref var values = ref Unsafe.Add(ref origin, k * plan.Best.Length);
            float topLeft = Unsafe.Add(ref values, at.TopLeft), topRight = Unsafe.Add(ref values, at.TopRight);
            var left = Vector256.Create(topLeft) + down * Vector256.Create(Unsafe.Add(ref values, at.BottomLeft) - topLeft);
            var right = Vector256.Create(topRight) + down * Vector256.Create(Unsafe.Add(ref values, at.BottomRight) - topRight);
            Vector512<float> lefts = left.ToVector512Unsafe(), rises = (right - left).ToVector512Unsafe();
            var label = Vector512.Create(k);
            Improve(lefts, rises, row0, share, label, ref score0, ref best0);
            Improve(lefts, rises, row1, share, label, ref score1, ref best1);
            Improve(lefts, rises, row2, share, label, ref score2, ref best2);
            Improve(lefts, rises, row3, share, label, ref score3, ref best3);
        }

        ref var target = ref MemoryMarshal.GetReference(band.Slice(columns.Start, (Block - 1) * width + Block));
        WriteRows(best0, ref target, width);
        WriteRows(best1, ref Unsafe.Add(ref target, 2 * width), width);
        WriteRows(best2, ref Unsafe.Add(ref target, 4 * width), width);
        WriteRows(best3, ref Unsafe.Add(ref target, 6 * width), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Improve(
        Vector512<float> lefts, Vector512<float> rises, Vector512<int> rows, Vector512<float> share, Vector512<int> label, ref Vector512<float> score, ref Vector512<int> best)
    {
        var value = Avx512F.PermuteVar16x32(lefts, rows) + share * Avx512F.PermuteVar16x32(rises, rows);
        best = Vector512.ConditionalSelect(Vector512.GreaterThan(value, score).AsInt32(), label, best);
        score = Vector512.MaxNative(score, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteRows(Vector512<int> best, ref byte target, int width)
    {
        var bytes = Avx512F.ConvertToVector128Byte(best).AsUInt64();
        Unsafe.WriteUnaligned(ref target, bytes[0]);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, width), bytes[1]);
    }

    private static bool IsOfBlocks(in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns) =>
        Avx512F.IsSupported && (rows.End - rows.Start) % Block == 0 && (columns.End - columns.Start) % Block == 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PaintBlocks(
        VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> band, in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns, ReadOnlySpan<int> candidates)
    {
        int cells = plan.Cells.Width, width = plan.Labels.Width;
        var at = (TopLeft: rows.Low * cells + columns.Low, TopRight: rows.Low * cells + columns.High, BottomLeft: rows.High * cells + columns.Low, BottomRight: rows.High * cells + columns.High);
        Span<float> left = plan.Left.AsSpan(0, Block * candidates.Length), rise = plan.Right.AsSpan(0, Block * candidates.Length);
        for (var y = rows.Start; y < rows.End; y += Block)
        {
            var share = Vector256.Create<float>(plan.Rows.Weight.AsSpan(y, Block));
            for (var k = 0; k < candidates.Length; k++)
            {
                plan.Interpolated[candidates[k]] = true;
                var plane = logits.Slice(candidates[k] * plan.Best.Length, plan.Best.Length);
                float topLeft = plane[at.TopLeft], topRight = plane[at.TopRight];
                var onLeft = Vector256.Create(topLeft) + share * Vector256.Create(plane[at.BottomLeft] - topLeft);
                var onRight = Vector256.Create(topRight) + share * Vector256.Create(plane[at.BottomRight] - topRight);
                onLeft.CopyTo(left[(Block * k)..]);
                (onRight - onLeft).CopyTo(rise[(Block * k)..]);
            }

            for (var x = columns.Start; x < columns.End; x += Block)
            {
                var weights = Vector256.Create<float>(plan.Columns.Weight.AsSpan(x, Block));
                PaintBlock(left, rise, candidates, Vector512.Create(weights, weights), band.Slice((y - rows.Start) * width + x, (Block - 1) * width + Block), width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PaintBlock(ReadOnlySpan<float> left, ReadOnlySpan<float> rise, ReadOnlySpan<int> candidates, Vector512<float> share, Span<byte> labels, int width)
    {
        ref float lefts = ref MemoryMarshal.GetReference(left), rises = ref MemoryMarshal.GetReference(rise);
        ref byte target = ref MemoryMarshal.GetReference(labels);
        for (var row = 0; row < Block; row += 2)
        {
            var which = Vector512.Create(Vector256.Create(row), Vector256.Create(row + 1));
            var score = Spread(ref lefts, 0, which) + share * Spread(ref rises, 0, which);
            var best = Vector512.Create(candidates[0]);
            for (var k = 1; k < candidates.Length; k++)
            {
                var value = Spread(ref lefts, k, which) + share * Spread(ref rises, k, which);
                best = Vector512.ConditionalSelect(Vector512.GreaterThan(value, score).AsInt32(), Vector512.Create(candidates[k]), best);
                score = Vector512.MaxNative(score, value);
            }

            WriteRows(best, ref Unsafe.Add(ref target, row * width), width);
        }
    }

    // The values of two rows, each in the eight lanes of its pixels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Spread(ref float rows, int candidate, Vector512<int> which) =>
        Avx512F.PermuteVar16x32(Vector256.LoadUnsafe(ref rows, (nuint)(Block * candidate)).ToVector512Unsafe(), which);
}
