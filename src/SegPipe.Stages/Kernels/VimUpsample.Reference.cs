namespace SegPipe.Stages.Kernels;

internal static partial class VimUpsample
{
    private static void WinnersReference(VimUpsamplePlan plan, ReadOnlySpan<float> logits)
    {
        for (var cell = 0; cell < plan.Best.Length; cell++)
        {
            var best = 0;
            for (var c = 1; c < plan.Classes; c++)
                if (logits[c * plan.Best.Length + cell] > logits[best * plan.Best.Length + cell]) best = c;
            plan.Best[cell] = (byte)best;
        }
    }

    private static byte PixelReference(VimUpsamplePlan plan, ReadOnlySpan<float> logits, int x, int y)
    {
        BilinearAxis columns = plan.Columns, rows = plan.Rows;
        if (x < columns.First || x >= columns.End || y < rows.First || y >= rows.End) return VimUpsamplePlan.Unseen;

        var width = plan.Cells.Width;
        var best = -1;
        var score = 0f;
        for (var c = 0; c < plan.Classes; c++)
        {
            if (!plan.Allowed[c]) continue;
            var plane = logits.Slice(c * plan.Best.Length, plan.Best.Length);
            var left = Between(plane[rows.Low[y] * width + columns.Low[x]], plane[rows.High[y] * width + columns.Low[x]], rows.Weight[y]);
            var right = Between(plane[rows.Low[y] * width + columns.High[x]], plane[rows.High[y] * width + columns.High[x]], rows.Weight[y]);
            var value = Between(left, right, columns.Weight[x]);
            if (best >= 0 && !(value > score)) continue;
            (best, score) = (c, value);
        }

        return (byte)best;
    }

    private static float Between(float a, float b, float weight) => a + weight * (b - a);
}
