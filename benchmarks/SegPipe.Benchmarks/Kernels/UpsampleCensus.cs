using System.Globalization;
using SegPipe.Stages.Kernels;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>What <see cref="VimUpsample"/> decides between the cells of one picture, counted with its own tests after a run of the same plan.</summary>
/// <param name="Fills">Rectangles of pixels between four cells that are of one class.</param>
/// <param name="Mixed">The others.</param>
/// <param name="Candidates">Classes that are interpolated in those, summed up.</param>
internal readonly record struct UpsampleCensus(int Fills, int Mixed, long Candidates)
{
    /// <summary>Counts.</summary>
    /// <param name="plan">A plan with which <paramref name="logits"/> were enlarged last.</param>
    /// <param name="logits">The picture's logits.</param>
    public static UpsampleCensus Of(VimUpsamplePlan plan, ReadOnlySpan<float> logits)
    {
        VimUpsample.Run(plan, logits, new byte[plan.Labels.Width * plan.Labels.Height]);
        var census = default(UpsampleCensus);
        var band = new byte[plan.Labels.Width];
        foreach (var rows in plan.RowRuns)
        {
            var margin = VimUpsample.MarginOf(plan, rows);
            VimUpsample.FindColumns(plan, rows, margin);
            var mixed = VimUpsample.FillClear(plan, band);
            census = census with { Fills = census.Fills + plan.ColumnRuns.Length - mixed, Mixed = census.Mixed + mixed };
            if (VimUpsample.HasSieve(plan)) VimUpsample.Sieve(plan, logits, rows, mixed, margin);
            foreach (var i in plan.Mixed.AsSpan(0, mixed))
            {
                var count = VimUpsample.HasSieve(plan) ? VimUpsample.Sifted(plan, plan.ColumnRuns[i]) : VimUpsample.FindCandidates(plan, logits, rows, plan.ColumnRuns[i], margin);
                if (VimUpsample.HasSieve(plan) && count > 2 && plan.IsCoarse) count = VimUpsample.Refine(plan, logits, rows, plan.ColumnRuns[i], margin, count);
                census = census with { Candidates = census.Candidates + count };
            }
        }

        return census;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{100.0 * Fills / Math.Max(1, Fills + Mixed):0.0} % of {Fills + Mixed} cells are fills, {(double)Candidates / Math.Max(1, Mixed):0.00} candidates in the mean of the rest");
}
