using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegPipe.Stages.Kernels;

internal static partial class VimUpsample
{
    // Between four cells a score is a convex combination of four corners, with at most ten roundings of at most 2 · peak · 2^-24 each, so a class that another one
    // beats at all four corners by more than 2^-18 · peak is beaten in every pixel, rounding included. Where one class beats all others so, pixels are
    // filled; elsewhere only the classes that nobody beats so are interpolated, with the reference's operations.
    private const float MarginShare = 1f / (1 << 18);

    // Roundings of subnormal values do not shrink with the peak.
    private const float SmallestMargin = 1e-42f;

    // Rows of cells are scanned when they are needed first, so that what follows finds them in the processor's cache.
    private static bool Paint(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels, int scanned)
    {
        var width = plan.Labels.Width;

        labels[..(plan.Rows.First * width)].Fill(VimUpsamplePlan.Unseen);
        labels[(plan.Rows.End * width)..].Fill(VimUpsamplePlan.Unseen);
        var sieve = HasSieve(plan);
        foreach (var rows in plan.RowRuns)
        {
            if (rows.High >= scanned)
            {
                if (!Scan(plan, logits, scanned, rows.High + 1)) return false;
                scanned = rows.High + 1;
            }

            var band = labels[(rows.Start * width)..(rows.End * width)];
            var margin = MarginOf(plan, rows);
            FindColumns(plan, rows, margin);
            var mixed = FillClear(plan, band);
            if (sieve) Sieve(plan, logits, rows, mixed, margin);
            foreach (var i in plan.Mixed.AsSpan(0, mixed))
            {
                ref readonly var columns = ref plan.ColumnRuns[i];
                var count = sieve ? Sifted(plan, columns) : FindCandidates(plan, logits, rows, columns, margin);
                if (sieve && count > 2 && plan.IsCoarse) count = Refine(plan, logits, rows, columns, margin, count);
                ReadOnlySpan<int> candidates = plan.Candidates.AsSpan(0, count);
                if (IsBlock(rows, columns)) PaintOne(plan, logits, band, rows, columns, candidates);
                else if (IsOfBlocks(rows, columns)) PaintBlocks(plan, logits, band, rows, columns, candidates);
                else PaintMixed(plan, logits, band, rows, columns, candidates);
            }
        }

        return Scan(plan, logits, scanned, plan.Cells.Height);
    }

    internal static float MarginOf(VimUpsamplePlan plan, in VimUpsamplePlan.Run rows) =>
        Math.Max(plan.RowPeak[rows.Low], plan.RowPeak[rows.High]) * MarginShare + SmallestMargin;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void FindColumns(VimUpsamplePlan plan, in VimUpsamplePlan.Run rows, float margin)
    {
        var width = plan.Cells.Width;
        ReadOnlySpan<byte> top = plan.Best.AsSpan(rows.Low * width, width), bottom = plan.Best.AsSpan(rows.High * width, width);
        ReadOnlySpan<float> topGap = plan.Gap.AsSpan(rows.Low * width, width), bottomGap = plan.Gap.AsSpan(rows.High * width, width);
        var x = 0;
        for (var less = Vector256.Create(margin); Vector256.IsHardwareAccelerated && x <= width - Vector256<int>.Count; x += Vector256<int>.Count)
        {
            var label = Eight(top[x..]);
            var clear = Vector256.GreaterThan(Vector256.MinNative(Vector256.Create(topGap[x..]), Vector256.Create(bottomGap[x..])), less).AsInt32();
            Vector256.ConditionalSelect(clear & Vector256.Equals(label, Eight(bottom[x..])), label, Vector256<int>.AllBitsSet).CopyTo(plan.ColumnBest, x);
        }

        for (; x < width; x++)
            plan.ColumnBest[x] = top[x] == bottom[x] && topGap[x] > margin && bottomGap[x] > margin ? top[x] : -1;
    }

    private static Vector256<int> Eight(ReadOnlySpan<byte> labels)
    {
        var (low, high) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalarUnsafe(MemoryMarshal.Read<ulong>(labels)).AsByte()));
        return Vector256.Create(low, high).AsInt32();
    }

    // The first row of the band is filled, what is not clear with anything, and copied to the others. Returns how many runs are not clear.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int FillClear(VimUpsamplePlan plan, Span<byte> band)
    {
        var row = band[..plan.Labels.Width];
        row[..plan.Columns.First].Fill(VimUpsamplePlan.Unseen);
        row[plan.Columns.End..].Fill(VimUpsamplePlan.Unseen);
        var mixed = plan.OfNeighbours && Vector256.IsHardwareAccelerated ? FillNeighbours(plan, row) : FillRuns(plan, row);
        for (var at = row.Length; at < band.Length; at += row.Length) row.CopyTo(band[at..]);
        return mixed;
    }

    private static int FillRuns(VimUpsamplePlan plan, Span<byte> row)
    {
        ReadOnlySpan<VimUpsamplePlan.Run> runs = plan.ColumnRuns;
        ReadOnlySpan<int> best = plan.ColumnBest;
        var (mixed, start, current) = (0, plan.Columns.First, runs.Length > 0 ? best[runs[0].Low] : 0);
        for (var i = 0; i < runs.Length; i++)
        {
            ref readonly var run = ref runs[i];
            var label = best[run.Low];
            if (label < 0 || label != best[run.High]) plan.Mixed[mixed++] = i;
            if (label == current) continue;
            row[start..run.Start].Fill((byte)current);
            (start, current) = (run.Start, label);
        }

        row[start..plan.Columns.End].Fill((byte)current);
        return mixed;
    }

    // The same where runs follow one another cell by cell: eight are asked at once, and only those that are not clear or end a span are looked at.
    private static int FillNeighbours(VimUpsamplePlan plan, Span<byte> row)
    {
        ReadOnlySpan<VimUpsamplePlan.Run> runs = plan.ColumnRuns;
        ReadOnlySpan<int> best = plan.ColumnBest.AsSpan(runs[0].Low, runs.Length);
        var (mixed, start, i) = (0, plan.Columns.First, 0);
        for (; i < runs.Length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            Vector256<int> here = Vector256.Create(best[i..]), next = Vector256.Create(best[(i + 1)..]);
            for (var bits = (here | ~Vector256.Equals(here, next)).ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
            {
                var run = i + BitOperations.TrailingZeroCount(bits);
                plan.Mixed[mixed++] = run;
                if (best[run] >= 0) row[start..runs[run].End].Fill((byte)best[run]);
                start = runs[run].End;
            }
        }

        for (; i < runs.Length; i++)
        {
            var clear = best[i] >= 0 && best[i] == plan.ColumnBest[runs[i].High];
            if (!clear) plan.Mixed[mixed++] = i;
            if (clear && i < runs.Length - 1) continue;
            if (best[i] >= 0) row[start..runs[i].End].Fill((byte)best[i]);
            start = runs[i].End;
        }

        return mixed;
    }

    private static void PaintCells(VimUpsamplePlan plan, Span<byte> labels)
    {
        labels.Fill(VimUpsamplePlan.Unseen);
        for (var y = plan.Rows.First; y < plan.Rows.End; y++)
            for (var x = plan.Columns.First; x < plan.Columns.End; x++)
                labels[y * plan.Labels.Width + x] = plan.Best[plan.Rows.Low[y] * plan.Cells.Width + plan.Columns.Low[x]];
    }
}
