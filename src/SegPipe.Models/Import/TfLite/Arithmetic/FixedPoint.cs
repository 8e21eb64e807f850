namespace SegPipe.Models.Import.TfLite.Arithmetic;

/// <summary>
/// A factor as the format's integer kernels apply it: multiplier · 2^(shift − 31), with two roundings one after the other. The first
/// makes halves of values that lie a little below, so that results are on average a little farther from zero than the exact product.
/// </summary>
/// <param name="Multiplier">2^30 to 2^31 − 1, or 0.</param>
/// <param name="Shift">Power of two; negative for factors below one half.</param>
internal readonly record struct FixedPoint(int Multiplier, int Shift)
{
    private const int MostShift = 30;

    /// <summary>The fixed-point form of a factor above zero; one that is too small is zero, one that is too large the largest.</summary>
    public static FixedPoint Of(double factor)
    {
        var shift = Math.ILogB(factor) + 1;
        var multiplier = (long)Math.Round(Math.ScaleB(factor, 31 - shift), MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31) (multiplier, shift) = (multiplier / 2, shift + 1);
        return shift < -31 ? new(0, 0) : shift > MostShift ? new(int.MaxValue, MostShift) : new((int)multiplier, shift);
    }

    /// <summary>The factor that this form stands for.</summary>
    public double Factor => Math.ScaleB(Multiplier, Shift - 31);

    /// <summary>How far the first rounding lifts values over the threshold of the second, in steps of the result.</summary>
    public double Lift => Shift < 0 ? Math.ScaleB(0.5, Shift) : 0;

    /// <summary>The factor times a number, which is limited to 32 bits.</summary>
    public int Apply(long number)
    {
        var product = Math.Clamp(Math.Clamp(number, int.MinValue, int.MaxValue) << Math.Max(Shift, 0), int.MinValue, int.MaxValue) * Multiplier;
        // Rounds to nearest; division in C# cuts towards zero, as in the kernels.
        var high = (int)((product + (product >= 0 ? 1L << 30 : 1 - (1L << 30))) / (1L << 31));
        if (Shift >= 0) return high;
        var mask = (1L << -Shift) - 1;
        var rest = high & mask;
        return (high >> -Shift) + (rest > (mask >> 1) + (high < 0 ? 1 : 0) ? 1 : 0);
    }
}
