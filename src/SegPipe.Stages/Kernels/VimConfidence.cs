using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// How sure a network is of a class map that <see cref="VimUpsample"/> has made, in place of the map.
/// <para>
/// At each of the four cells around a pixel, the lead of the pixel's class is its score less the largest other one (negative where it does not win). The lead at the pixel is
/// interpolated between those, by the operations by which scores are. It is never more than the lead of the interpolated scores, and equal where the same class is second
/// at all four cells. The level is the lead in sixteenths, cut to 0–254. Pixels outside of what the network saw stay <see cref="VimUpsamplePlan.Unseen"/>.
/// </para>
/// </summary>
internal static class VimConfidence
{
    /// <summary>Levels in one unit of the scores.</summary>
    public const int Steps = 16;

    /// <summary>The highest level: so sure, or more.</summary>
    public const byte Most = 254;

    // A network of one class leads by infinity, which cannot be interpolated.
    private const float LargestLead = 2 * VimUpsample.LargestLogit;

    /// <summary>Overwrites <paramref name="labels"/> (H × W), just made of <paramref name="logits"/> with the same plan.</summary>
    public static void Run(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels)
    {
        foreach (var rows in plan.RowRuns)
            foreach (ref readonly var columns in plan.ColumnRuns.AsSpan())
                Between(plan, logits, labels, rows, columns);
    }

    /// <summary>The plain loops that define the result.</summary>
    public static void RunReference(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels)
    {
        BilinearAxis columns = plan.Columns, rows = plan.Rows;
        var width = plan.Cells.Width;
        for (var y = rows.First; y < rows.End; y++)
            for (var x = columns.First; x < columns.End; x++)
            {
                ref var label = ref labels[y * plan.Labels.Width + x];
                int top = rows.Low[y] * width, bottom = rows.High[y] * width;
                float topLeft = LeadReference(plan, logits, top + columns.Low[x], label), topRight = LeadReference(plan, logits, top + columns.High[x], label);
                float bottomLeft = LeadReference(plan, logits, bottom + columns.Low[x], label), bottomRight = LeadReference(plan, logits, bottom + columns.High[x], label);
                var left = topLeft + rows.Weight[y] * (bottomLeft - topLeft);
                var right = topRight + rows.Weight[y] * (bottomRight - topRight);
                label = Level(left + columns.Weight[x] * (right - left));
            }
    }

    private static float LeadReference(VimUpsamplePlan plan, ReadOnlySpan<float> logits, int cell, int label)
    {
        var other = float.NegativeInfinity;
        for (var c = 0; c < plan.Classes; c++)
            if (c != label) other = MathF.Max(other, logits[c * plan.Best.Length + cell]);
        return MathF.Min(logits[label * plan.Best.Length + cell] - other, LargestLead);
    }

    private static byte Level(float lead) => (byte)MathF.Min(MathF.Max(Steps * lead, 0), Most);

    private static void Between(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels, in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns)
    {
        var known = -1;
        var corners = default(Vector128<float>);
        for (var y = rows.Start; y < rows.End; y++)
        {
            var row = labels.Slice(y * plan.Labels.Width + columns.Start, columns.End - columns.Start);
            // Pixels of one class are a stretch; most rows between cells are one stretch.
            for (var start = 0; start < row.Length;)
            {
                var label = row[start];
                var end = row[start..].IndexOfAnyExcept(label);
                var stretch = row.Slice(start, end < 0 ? row.Length - start : end);
                if (label != known) (known, corners) = (label, Leads(plan, logits, rows, columns, label));
                var share = plan.Rows.Weight[y];
                var left = corners[0] + share * (corners[2] - corners[0]);
                var right = corners[1] + share * (corners[3] - corners[1]);
                Stretch(left, right - left, plan.Columns.Weight.AsSpan(columns.Start + start, stretch.Length), stretch);
                start += stretch.Length;
            }
        }
    }

    // Top left, top right, bottom left, bottom right.
    private static Vector128<float> Leads(VimUpsamplePlan plan, ReadOnlySpan<float> logits, in VimUpsamplePlan.Run rows, in VimUpsamplePlan.Run columns, byte label)
    {
        int width = plan.Cells.Width, top = rows.Low * width, bottom = rows.High * width;
        return Vector128.Create(
            Lead(plan, logits, top + columns.Low, label), Lead(plan, logits, top + columns.High, label),
            Lead(plan, logits, bottom + columns.Low, label), Lead(plan, logits, bottom + columns.High, label));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Lead(VimUpsamplePlan plan, ReadOnlySpan<float> logits, int cell, byte label)
    {
        var best = plan.Best[cell];
        return best == label ? MathF.Min(plan.Gap[cell], LargestLead) : logits[label * plan.Best.Length + cell] - logits[best * plan.Best.Length + cell];
    }

    private static void Stretch(float left, float rise, ReadOnlySpan<float> weights, Span<byte> levels)
    {
        var x = 0;
        for (; Vector256.IsHardwareAccelerated && x <= levels.Length - Vector256<float>.Count; x += Vector256<float>.Count)
        {
            var lead = Vector256.Create(left) + Vector256.Create<float>(weights[x..]) * Vector256.Create(rise);
            var level = Vector256.ConvertToInt32(Vector256.Min(Vector256.Max(Vector256.Create((float)Steps) * lead, Vector256<float>.Zero), Vector256.Create((float)Most)));
            var words = Vector128.Narrow(level.GetLower(), level.GetUpper()).AsUInt16();
            MemoryMarshal.Write(levels[x..], Vector128.Narrow(words, words).AsUInt64()[0]);
        }

        for (; x < levels.Length; x++) levels[x] = Level(left + weights[x] * rise);
    }
}
