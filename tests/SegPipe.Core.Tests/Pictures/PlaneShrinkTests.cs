using FsCheck;
using FsCheck.Fluent;
using SegPipe.Pictures;

namespace SegPipe.Core.Tests.Pictures;

public sealed class PlaneShrinkTests
{
    private static readonly Gen<(int Width, int Height, int SmallWidth, int SmallHeight)> Sizes =
        from width in Gen.Choose(1, 40)
        from height in Gen.Choose(1, 40)
        from smallWidth in Gen.Choose(1, width)
        from smallHeight in Gen.Choose(1, height)
        select (width, height, smallWidth, smallHeight);

    [Fact]
    public void Every_sample_goes_into_one_mean()
    {
        Prop.ForAll(Sizes.ToArbitrary(), size =>
        {
            var plane = new byte[size.Width * size.Height];
            new Random(size.GetHashCode()).NextBytes(plane);
            var small = new byte[size.SmallWidth * size.SmallHeight];

            PlaneShrink.Average(plane, size.Width, size.Height, small, size.SmallWidth, size.SmallHeight);

            // The dull twin: each sample is put to the one that it belongs to.
            var groups = Enumerable.Range(0, plane.Length).GroupBy(i => (Y: Place(i / size.Width, size.Height, size.SmallHeight), X: Place(i % size.Width, size.Width, size.SmallWidth)));
            return groups.All(g => small[g.Key.Y * size.SmallWidth + g.Key.X] == (byte)Math.Floor(g.Average(i => plane[i]) + 0.5));
        }).QuickCheckThrowOnFailure();

        static int Place(int at, int from, int to) => Enumerable.Range(0, to).Last(p => p * from / to <= at);
    }

    [Fact]
    public void Classes_stay_classes_and_the_original_size_is_the_original()
    {
        Prop.ForAll(Sizes.ToArbitrary(), size =>
        {
            var plane = new byte[size.Width * size.Height];
            new Random(size.GetHashCode()).NextBytes(plane);
            var small = new byte[size.SmallWidth * size.SmallHeight];
            var same = new byte[plane.Length];

            PlaneShrink.Middle(plane, size.Width, size.Height, small, size.SmallWidth, size.SmallHeight);
            PlaneShrink.Middle(plane, size.Width, size.Height, same, size.Width, size.Height);

            return small.All(plane.Contains) && same.SequenceEqual(plane);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(2048, 1024, 640, 640, 320)]
    [InlineData(320, 200, 640, 320, 200)]
    [InlineData(5000, 1, 640, 640, 1)]
    public void Pictures_keep_their_proportions_and_never_grow(int width, int height, int most, int smallWidth, int smallHeight) =>
        Assert.Equal((smallWidth, smallHeight), PlaneShrink.Fit(width, height, most));
}
