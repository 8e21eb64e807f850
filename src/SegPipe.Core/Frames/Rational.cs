namespace SegPipe.Frames;

/// <summary>A fraction, used for time bases (seconds a tick), frame rates and sample aspects.</summary>
/// <param name="Num">Numerator.</param>
/// <param name="Den">Denominator, above zero.</param>
public readonly record struct Rational(long Num, long Den)
{
    /// <summary>The value as a double.</summary>
    public double Value => (double)Num / Den;

    /// <summary>The fraction in its lowest terms.</summary>
    public Rational Reduced
    {
        get
        {
            long a = Math.Abs(Num), b = Math.Abs(Den);
            while (b != 0) (a, b) = (b, a % b);
            return a == 0 ? this : new(Num / a, Den / a);
        }
    }

    /// <summary>Converts ticks of this time base into ticks of another, rounded to the nearest (half away from zero).</summary>
    public long Rescale(long ticks, Rational to)
    {
        var num = (Int128)ticks * Num * to.Den;
        var den = (Int128)Den * to.Num;
        var half = den / 2;
        return (long)((num >= 0 ? num + half : num - half) / den);
    }

    /// <summary>The fraction as <c>num/den</c>.</summary>
    public override string ToString() => $"{Num}/{Den}";
}
