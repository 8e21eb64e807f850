using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>The fixed-point arithmetic against the same in whole numbers without limits.</summary>
public sealed class FixedPointTests
{
    [Fact]
    public void The_form_of_a_factor_is_exact_to_31_bits() => Prop.ForAll(Factors(), factor =>
    {
        var form = FixedPoint.Of(factor);
        return form.Multiplier >= 1 << 30 && Math.Abs(form.Factor / factor - 1) <= Math.ScaleB(1, -31);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_product_is_rounded_twice() => Prop.ForAll(Factors(), Gen.Choose(-2_000_000, 2_000_000).ToArbitrary(), (factor, number) =>
        FixedPoint.Of(factor).Apply(number) == Rounded(FixedPoint.Of(factor), number)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_first_rounding_that_makes_a_half_lifts_the_result()
    {
        // 0.375 · 6 = 2.25: the first rounding keeps half steps of a factor below one half, and 2.25 becomes 2.5.
        var form = FixedPoint.Of(0.375);

        Assert.Equal(0.25, form.Lift);
        Assert.Equal(3, form.Apply(6));
        Assert.Equal(-3, form.Apply(-7));
        Assert.Equal(0, FixedPoint.Of(0.75).Lift);
    }

    [Fact]
    public void Factors_that_vanish_give_zero() => Assert.Equal(0, FixedPoint.Of(1e-30).Apply(int.MaxValue));

    [Fact]
    public void Factors_and_numbers_beyond_the_form_are_limited()
    {
        Assert.Equal(FixedPoint.Of(1e12), FixedPoint.Of(1e30));
        Assert.Equal(int.MaxValue - 1, FixedPoint.Of(1e30).Apply(1L << 60));
        Assert.Equal(FixedPoint.Of(0.5).Apply(int.MinValue), FixedPoint.Of(0.5).Apply(long.MinValue));
    }

    private static Arbitrary<double> Factors() => Gen.Choose(-3000, 150).Select(tenths => Math.Pow(2, tenths / 100.0)).ToArbitrary();

    private static int Rounded(FixedPoint form, long number)
    {
        var product = (BigInteger)number * (1 << Math.Max(form.Shift, 0)) * form.Multiplier;
        // First to the nearest whole number, halves upwards; then halves away from zero.
        var first = Floor(product * 2 + (BigInteger.One << 31), BigInteger.One << 32);
        if (form.Shift >= 0) return (int)first;
        var divisor = BigInteger.One << -form.Shift;
        var size = Floor(BigInteger.Abs(first) * 2 + divisor, divisor * 2);
        return (int)(first.Sign * size);
    }

    private static BigInteger Floor(BigInteger a, BigInteger b) => (a - (((a % b) + b) % b)) / b;
}
