using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegPipe.Stages.Kernels;

// Cells of whole blocks of 8 × 8 pixels: a candidate's eight rows are interpolated at once, and two rows of eight pixels are one vector.
internal static partial class VimUpsample
{
    private const int Block = 8;

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

            var bytes = Avx512F.ConvertToVector128Byte(best).AsUInt64();
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, row * width), bytes[0]);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, (row + 1) * width), bytes[1]);
        }
    }

    // The values of two rows, each in the eight lanes of its pixels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Spread(ref float rows, int candidate, Vector512<int> which) =>
        Avx512F.PermuteVar16x32(Vector256.LoadUnsafe(ref rows, (nuint)(Block * candidate)).ToVector512Unsafe(), which);
}
