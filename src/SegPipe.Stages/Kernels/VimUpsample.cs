using System.Runtime.InteropServices;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// Logits to a class map: bilinear enlarging and arg-max in one.
/// <para>
/// The result is defined so, in float32, every operation rounded on its own. For the pixel (Y, X) of the class map the two axes give cells y0, y1, x0, x1 and weights
/// wy, wx (<see cref="BilinearAxis"/>; positions by the logits' coordinate rule, clamped to the cells that there are). For each class c, rows first, then columns:
/// <c>l = L[c,y0,x0] + wy · (L[c,y1,x0] − L[c,y0,x0])</c>, <c>r = L[c,y0,x1] + wy · (L[c,y1,x1] − L[c,y0,x1])</c>, <c>s(c) = l + wx · (r − l)</c>. The label is the
/// smallest c with the largest s(c): over all classes (exact), or over those that win at least one cell of this picture by the same rule (paper: VIM as
/// published with PP-MobileSeg). Pixels outside of what the network saw become <see cref="VimUpsamplePlan.Unseen"/>.
/// </para>
/// <para>Logits that are not numbers, infinite or above 2^100 in magnitude are refused. The fast path gives the same label as the reference in every pixel.</para>
/// </summary>
internal static partial class VimUpsample
{
    /// <summary>The largest magnitude that is accepted, so that no difference overflows.</summary>
    public const float LargestLogit = 1.2676506e30f;

    /// <summary>Fills <paramref name="labels"/> (H × W) from <paramref name="logits"/> (classes × h × w); false, with labels of no meaning, where a logit is refused.</summary>
    /// <exception cref="ArgumentException">A span is not of the plan's size.</exception>
    public static bool Run(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels)
    {
        Check(plan, logits, labels);
        Array.Clear(plan.Interpolated);
        var scanned = plan.Mode == UpsampleMode.Paper || plan.OnCells ? plan.Cells.Height : 0;
        if (!Scan(plan, logits, 0, scanned)) return false;
        Allow(plan);
        if (!plan.OnCells) return Paint(plan, logits, labels, scanned);
        PaintCells(plan, labels);
        return true;
    }

    /// <summary>The plain loops that define the result.</summary>
    /// <exception cref="ArgumentException">A span is not of the plan's size.</exception>
    public static bool RunReference(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels)
    {
        Check(plan, logits, labels);
        foreach (var logit in logits)
            if (!(MathF.Abs(logit) <= LargestLogit)) return false;

        WinnersReference(plan, logits);
        Allow(plan);
        for (var y = 0; y < plan.Labels.Height; y++)
            for (var x = 0; x < plan.Labels.Width; x++)
                labels[y * plan.Labels.Width + x] = PixelReference(plan, logits, x, y);
        return true;
    }

    private static void Allow(VimUpsamplePlan plan)
    {
        plan.Allowed.AsSpan().Fill(plan.Mode == UpsampleMode.Exact);
        if (plan.Mode != UpsampleMode.Exact)
            foreach (var best in plan.Best) plan.Allowed[best] = true;

        Array.Clear(plan.AllowedWords);
        for (var c = 0; c < plan.Classes; c++)
            if (plan.Allowed[c]) plan.AllowedWords[c / ClassesOfWord] |= 1u << c % ClassesOfWord;
    }

    private static void Check(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels)
    {
        int expected = plan.Classes * plan.Cells.Width * plan.Cells.Height, pixels = plan.Labels.Width * plan.Labels.Height;
        if (logits.Length != expected || labels.Length != pixels)
            throw new ArgumentException($"{logits.Length} logits and {labels.Length} labels instead of {expected} and {pixels}");
        if (MemoryMarshal.AsBytes(logits).Overlaps(labels)) throw new ArgumentException("logits and labels overlap");
    }
}
