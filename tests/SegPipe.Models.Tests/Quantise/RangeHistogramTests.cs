using SegPipe.Models.Quantise;

namespace SegPipe.Models.Tests.Quantise;

public sealed class RangeHistogramTests
{
    [Fact]
    public void Without_clipping_the_range_is_that_of_the_values()
    {
        var range = Of(1, [-3, 1, 2], [5, -1]);

        Assert.Equal((-3f, 5f), (range.Min, range.Max));
    }

    [Fact]
    public void A_range_always_holds_zero()
    {
        Assert.Equal((0f, 4f), (Of(1, [2, 4]).Min, Of(1, [2, 4]).Max));
        Assert.Equal((-4f, 0f), (Of(1, [-2, -4]).Min, Of(1, [-2, -4]).Max));
    }

    [Fact]
    public void Outliers_are_cut_off_on_both_sides_and_all_others_stay_inside()
    {
        float[] values = [-1000, .. Enumerable.Range(-5000, 10_001).Select(i => i / 5000f), 1000];

        var range = Of(0.999, values);

        Assert.InRange(range.Min, -2, -0.9f);
        Assert.InRange(range.Max, 0.9f, 2);
    }

    [Fact]
    public void Every_value_alike_is_a_range_of_steps_that_exist()
    {
        var range = Of(0.9999, [0, 0, 0]);

        Assert.Equal((1f, (byte)0), (range.Scale, range.ZeroPoint));
    }

    [Theory]
    [InlineData(-1, 2, 85)]
    [InlineData(0, 6, 0)]
    [InlineData(-6, 0, 255)]
    public void The_zero_point_means_zero(float min, float max, byte expected) => Assert.Equal(expected, new ValueRange(min, max).ZeroPoint);

    private static ValueRange Of(double share, params float[][] pictures)
    {
        var histogram = new RangeHistogram();
        foreach (var picture in pictures) histogram.Bound(picture);
        foreach (var picture in pictures) histogram.Count(picture);
        return histogram.Clipped(share);
    }
}
