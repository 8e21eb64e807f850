namespace SegPipe.Models.Import.TfLite.Arithmetic;

/// <summary>
/// One channel's way from a sum of products (a whole number) to the stored result, as the kernels go it and as float32 can go it with
/// one addition and one division: both are steps, so that they agree everywhere if they agree on both sides of every step.
/// </summary>
/// <param name="Factor">The kernels' factor.</param>
/// <param name="Bias">What they add to the sum before.</param>
/// <param name="Sums">Smallest and largest sum that weights and inputs can give.</param>
/// <param name="Results">Smallest and largest result, counted from the zero point.</param>
internal readonly record struct ChannelRequantisation(FixedPoint Factor, int Bias, (long Low, long High) Sums, (int Low, int High) Results)
{
    private const int Steps = 12;

    /// <summary>Whether results below zero occur, for which the kernels round the other way.</summary>
    public bool Signed => Math.Max(Factor.Apply(Sums.Low + Bias), Results.Low) < 0;

    /// <summary>
    /// Finds an offset and a divisor in float32 with which round((sum + offset) / divisor) + <paramref name="centre"/> is the kernels' result
    /// for every possible sum; null if none was found among the neighbours of the exact ones.
    /// </summary>
    /// <param name="centre">The result that (sum + offset) = 0 stands for; near the middle of the results, float32 has most digits left.</param>
    public (float Offset, float Divisor)? Fit(int centre)
    {
        var divisor = 1 / Factor.Factor;
        return Search(Factor.Lift * divisor + Bias - centre * divisor, (sum, offset, by) => (int)MathF.Round((sum + offset) / by) + centre);
    }

    /// <summary>
    /// The same for results on both sides of zero: round((total + sign(total) · offset) / divisor), where total is sum + bias.
    /// </summary>
    public (float Offset, float Divisor)? FitSigned()
    {
        var bias = Bias;
        return Search(Factor.Lift / Factor.Factor, (sum, offset, by) =>
        {
            var total = sum + bias;
            return (int)MathF.Round((total + MathF.Sign(total) * offset) / by);
        });
    }

    private (float Offset, float Divisor)? Search(double offset, Func<float, float, float, int> result)
    {
        if (!double.IsFinite(1 / Factor.Factor)) return null;
        var places = Places();
        var divisor = (float)(1 / Factor.Factor);
        // What failed for one pair of numbers will most often fail for the next one too: it is tried first.
        var first = 0;
        for (var i = 0; i <= Steps * 2; i++)
        {
            var by = Neighbour(divisor, i, 0);
            for (var j = 0; j <= Steps * 4; j++)
            {
                var add = Neighbour((float)offset, j, 1f / 4096);
                if (Agrees(places, result, add, by, ref first)) return (add, by);
            }
        }
        return null;
    }

    private bool Agrees((int Sum, int Result)[] places, Func<float, float, float, int> result, float offset, float divisor, ref int first)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var at = (first + i) % places.Length;
            if (Math.Clamp(result(places[at].Sum, offset, divisor), Results.Low, Results.High) == places[at].Result) continue;
            first = at;
            return false;
        }
        return true;
    }

    /// <summary>Sums on both sides of every step, and the first and the last one, with the kernels' results.</summary>
    private (int Sum, int Result)[] Places()
    {
        var places = new List<(int, int)>();
        Add(places, Sums.Low);
        Add(places, Sums.High);
        var (low, high) = (Limited(Sums.Low), Limited(Sums.High));
        for (var step = low + 1; step <= high; step++)
        {
            var sum = FirstOf(step);
            Add(places, sum);
            Add(places, sum - 1);
        }
        return [.. places];
    }

    private void Add(List<(int, int)> places, long sum)
    {
        if (sum >= Sums.Low && sum <= Sums.High) places.Add(((int)sum, Limited(sum)));
    }

    private int Limited(long sum) => Math.Clamp(Factor.Apply(sum + Bias), Results.Low, Results.High);

    /// <summary>The smallest sum whose result is at least this.</summary>
    private long FirstOf(int result)
    {
        var guess = (result - 0.5 - (result > 0 ? Factor.Lift : -Factor.Lift)) / Factor.Factor;
        var sum = Math.Clamp((long)Math.Ceiling(guess) - Bias, Sums.Low, Sums.High);
        while (sum > Sums.Low && Factor.Apply(sum - 1 + Bias) >= result) sum--;
        while (sum < Sums.High && Factor.Apply(sum + Bias) < result) sum++;
        return sum;
    }

    /// <summary>The float32 that lies some steps above (odd) or below (even) another one.</summary>
    private static float Neighbour(float value, int number, float finest)
    {
        var step = Math.Max(MathF.BitIncrement(MathF.Abs(value)) - MathF.Abs(value), finest);
        return value + (number % 2 == 0 ? -number / 2 : (number + 1) / 2) * step;
    }
}
