using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegPipe.Stages.Kernels;

internal static partial class VimUpsample
{
    // Only the winners of the corners are asked to rule others out: that leaves at worst a candidate too many. The four corners are the lanes, two classes a vector;
    // most classes are ruled out by the first corner's winner.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int FindCandidates(VimUpsamplePlan plan, ReadOnlySpan<float> logits, in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns, float margin)
    {
        int width = plan.Cells.Width, cells = plan.Best.Length, top = rows.Low * width, bottom = rows.High * width;
        Span<int> at = [top + columns.Low, top + columns.High, bottom + columns.Low, bottom + columns.High];
        ref var origin = ref MemoryMarshal.GetReference(logits);
        var less = Vector128.Create(margin);
        Vector128<float> ruleA = Corners(ref origin, cells, at, plan.Best[at[0]]) - less, ruleB = Corners(ref origin, cells, at, plan.Best[at[1]]) - less;
        Vector128<float> ruleC = Corners(ref origin, cells, at, plan.Best[at[2]]) - less, ruleD = Corners(ref origin, cells, at, plan.Best[at[3]]) - less;
        var first = Vector256.Create(ruleA, ruleA);
        var (count, k) = (0, 0);
        for (; k < plan.Classes - 1; k += 2)
        {
            Vector128<float> one = Corners(ref origin, cells, at, k), two = Corners(ref origin, cells, at, k + 1);
            if (Vector256.LessThanAll(Vector256.Create(one, two), first)) continue;
            if (plan.Allowed[k] && MayWin(one, ruleA, ruleB, ruleC, ruleD)) plan.Candidates[count++] = k;
            if (plan.Allowed[k + 1] && MayWin(two, ruleA, ruleB, ruleC, ruleD)) plan.Candidates[count++] = k + 1;
        }

        if (k < plan.Classes && plan.Allowed[k] && MayWin(Corners(ref origin, cells, at, k), ruleA, ruleB, ruleC, ruleD)) plan.Candidates[count++] = k;
        return count;
    }

    // Keeps those of the candidates that no corner's winner beats: worth its time where many pixels lie between cells.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Refine(VimUpsamplePlan plan, ReadOnlySpan<float> logits, in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns, float margin, int count)
    {
        int width = plan.Cells.Width, cells = plan.Best.Length, top = rows.Low * width, bottom = rows.High * width;
        Span<int> at = [top + columns.Low, top + columns.High, bottom + columns.Low, bottom + columns.High];
        ref var origin = ref MemoryMarshal.GetReference(logits);
        var less = Vector128.Create(margin);
        Vector128<float> ruleA = Corners(ref origin, cells, at, plan.Best[at[0]]) - less, ruleB = Corners(ref origin, cells, at, plan.Best[at[1]]) - less;
        Vector128<float> ruleC = Corners(ref origin, cells, at, plan.Best[at[2]]) - less, ruleD = Corners(ref origin, cells, at, plan.Best[at[3]]) - less;
        var kept = 0;
        foreach (var k in plan.Candidates.AsSpan(0, count))
            if (MayWin(Corners(ref origin, cells, at, k), ruleA, ruleB, ruleC, ruleD)) plan.Candidates[kept++] = k;
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayWin(Vector128<float> value, Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) =>
        !Vector128.LessThanAll(value, a) && !Vector128.LessThanAll(value, b) && !Vector128.LessThanAll(value, c) && !Vector128.LessThanAll(value, d);

    // Neighbours in a row come in pairs, two loads instead of four; the places are those of cells, so nothing is read outside of the class's plane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Corners(ref float origin, int cells, ReadOnlySpan<int> at, int label)
    {
        ref var plane = ref Unsafe.Add(ref origin, label * cells);
        if (at[1] != at[0] + 1) return Vector128.Create(Unsafe.Add(ref plane, at[0]), Unsafe.Add(ref plane, at[1]), Unsafe.Add(ref plane, at[2]), Unsafe.Add(ref plane, at[3]));
        return Vector128.Create(Pair(ref plane, at[0]), Pair(ref plane, at[2])).AsSingle();
    }

    private static double Pair(ref float plane, int at) => Unsafe.ReadUnaligned<double>(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref plane, at)));

    private static void PaintMixed(
        VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> band, in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns, ReadOnlySpan<int> candidates)
    {
        int width = plan.Cells.Width, height = rows.End - rows.Start, top = rows.Low * width, bottom = rows.High * width;
        var rowWeights = plan.Rows.Weight.AsSpan(rows.Start, height);
        for (var k = 0; k < candidates.Length; k++)
        {
            plan.Interpolated[candidates[k]] = true;
            var plane = logits.Slice(candidates[k] * plan.Best.Length, plan.Best.Length);
            float topLeft = plane[top + columns.Low], topRight = plane[top + columns.High], downLeft = plane[bottom + columns.Low] - topLeft, downRight = plane[bottom + columns.High] - topRight;
            for (var y = 0; y < height; y++)
            {
                plan.Left[y * candidates.Length + k] = topLeft + rowWeights[y] * downLeft;
                plan.Right[y * candidates.Length + k] = topRight + rowWeights[y] * downRight;
            }
        }

        var weights = plan.Columns.Weight.AsSpan(columns.Start, columns.End - columns.Start);
        for (var y = 0; y < height; y++)
        {
            var left = plan.Left.AsSpan(y * candidates.Length, candidates.Length);
            var right = plan.Right.AsSpan(y * candidates.Length, candidates.Length);
            PaintSegment(left, right, candidates, weights, band.Slice(y * plan.Labels.Width + columns.Start, weights.Length));
        }
    }

    private static void PaintSegment(ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<int> candidates, ReadOnlySpan<float> weights, Span<byte> labels)
    {
        // A last block that overlaps the one before writes the same labels again; segments shorter than a vector go one by one.
        if (Vector128.IsHardwareAccelerated && weights.Length >= 4)
        {
            var wide = Vector256.IsHardwareAccelerated && weights.Length >= 8;
            var step = wide ? 8 : 4;
            for (var x = 0; x < weights.Length; x += step)
            {
                var at = Math.Min(x, weights.Length - step);
                if (wide) PaintEight(left, right, candidates, weights[at..], labels[at..]);
                else PaintFour(left, right, candidates, weights[at..], labels[at..]);
            }

            return;
        }

        for (var x = 0; x < weights.Length; x++)
        {
            var best = 0;
            var score = Between(left[0], right[0], weights[x]);
            for (var k = 1; k < candidates.Length; k++)
            {
                var value = Between(left[k], right[k], weights[x]);
                if (value > score) (best, score) = (k, value);
            }

            labels[x] = (byte)candidates[best];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PaintEight(ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<int> candidates, ReadOnlySpan<float> weights, Span<byte> labels)
    {
        var share = Vector256.Create(weights);
        var score = Vector256.Create(left[0]) + share * Vector256.Create(right[0] - left[0]);
        var best = Vector256.Create(candidates[0]);
        for (var k = 1; k < candidates.Length; k++)
        {
            var value = Vector256.Create(left[k]) + share * Vector256.Create(right[k] - left[k]);
            best = Vector256.ConditionalSelect(Vector256.GreaterThan(value, score).AsInt32(), Vector256.Create(candidates[k]), best);
            score = Vector256.MaxNative(score, value);
        }

        var halves = Vector128.Narrow(best.GetLower(), best.GetUpper());
        MemoryMarshal.Write(labels, Vector128.Narrow(halves.AsUInt16(), halves.AsUInt16()).AsUInt64()[0]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PaintFour(ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<int> candidates, ReadOnlySpan<float> weights, Span<byte> labels)
    {
        var share = Vector128.Create(weights);
        var score = Vector128.Create(left[0]) + share * Vector128.Create(right[0] - left[0]);
        var best = Vector128.Create(candidates[0]);
        for (var k = 1; k < candidates.Length; k++)
        {
            var value = Vector128.Create(left[k]) + share * Vector128.Create(right[k] - left[k]);
            best = Vector128.ConditionalSelect(Vector128.GreaterThan(value, score).AsInt32(), Vector128.Create(candidates[k]), best);
            score = Vector128.MaxNative(score, value);
        }

        var halves = Vector128.Narrow(best, best);
        MemoryMarshal.Write(labels, Vector128.Narrow(halves.AsUInt16(), halves.AsUInt16()).AsUInt32()[0]);
    }
}
