using SegPipe.Models.Import.PpMobileSeg;

namespace SegPipe.Models.Tests.Import.PpMobileSeg;

public sealed class LinearResizeTests
{
    [Theory]
    [InlineData(new float[] { 1, 5, 2, 8 }, new float[] { 1, 5, 2, 8 })]
    [InlineData(new float[] { 1, 5, 2, 8 }, new float[] { 3, 5 })]
    [InlineData(new float[] { 0, 4 }, new float[] { 0, 1, 3, 4 })]
    [InlineData(new float[] { 7 }, new float[] { 7, 7, 7 })]
    [InlineData(new float[] { 1, 2, 3 }, new float[] { 2 })]
    public void Values_are_interpolated_between_the_middles_of_cells(float[] source, float[] expected)
    {
        var target = new float[expected.Length];

        LinearResize.Apply(source, target);

        Assert.Equal(expected, target);
    }
}
