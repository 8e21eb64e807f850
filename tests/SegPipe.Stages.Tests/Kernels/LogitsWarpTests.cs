using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Stages.Propagation;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class LogitsWarpTests
{
    [Fact]
    public void The_vector_path_equals_the_reference_bit_for_bit_on_every_tier() => SimdTiers.Run(EveryShape);

    [Fact]
    public void Without_motion_and_at_the_same_grid_logits_stay_as_they_are()
    {
        var (plan, _) = Plan(7, 16, 8, new(64, 32), CoordinateRule.HalfPixel);
        var planes = Values(new Random(521), 7 * 16 * 8);
        var output = new float[planes.Length];

        LogitsWarp.Run(plan, new(Cells(plan, planes), null, 1), output);

        Assert.Equal(planes, output);
    }

    [Fact]
    public void A_grid_that_is_four_times_finer_lies_between_the_cells()
    {
        var (plan, _) = Plan(1, 16, 8, new(256, 128), CoordinateRule.HalfPixel);
        float[] planes = [.. Enumerable.Range(0, 16 * 8).Select(i => i % 16 * 8f)];
        var output = new float[64 * 32];

        LogitsWarp.Run(plan, new(Cells(plan, planes), null, 1), output);

        Assert.Equal(new PictureSize(64, 32), plan.Fine);
        for (var x = 2; x < 62; x++) Assert.Equal((x + 0.5) / 4 * 8 - 4, output[5 * 64 + x], 1e-4);
    }

    [Fact]
    public void Aligned_corners_stay_corners()
    {
        var (plan, _) = Plan(1, 9, 5, new(129, 65), CoordinateRule.AlignCorners);
        float[] planes = [.. Enumerable.Range(0, 9 * 5).Select(i => (float)i)];
        var output = new float[33 * 17];

        LogitsWarp.Run(plan, new(Cells(plan, planes), null, 1), output);

        Assert.Equal(new PictureSize(33, 17), plan.Fine);
        Assert.Equal((0f, 8f, 36f, 44f), (output[0], output[32], output[^33], output[^1]));
    }

    [Fact]
    public void Logits_follow_the_motion()
    {
        var (plan, picture) = Plan(1, 16, 8, new(256, 128), CoordinateRule.HalfPixel);
        float[] planes = [.. Enumerable.Range(0, 16 * 8).Select(i => i % 16 * 8f)];
        var motion = new MotionField(picture.Blocks);
        motion.X.AsSpan().Fill(8);
        var output = new float[64 * 32];

        LogitsWarp.Run(plan, new(Cells(plan, planes), motion, 1), output);

        // Eight pixels of the halved picture are one cell.
        for (var x = 6; x < 50; x++) Assert.Equal((x + 0.5) / 4 * 8 - 4 + 8, output[5 * 64 + x], 1e-4);
    }

    [Theory]
    [InlineData(0, 0, 1, 1, 5)]
    [InlineData(9, 0, 1, 1, 9.0909)]
    [InlineData(0, 0, 1, 3, 2.5)]
    public void The_nearer_and_the_better_matched_picture_weighs_more(int pastLevels, int futureLevels, int behind, int before, double expected)
    {
        var (plan, picture) = Plan(1, 16, 8, new(256, 128), CoordinateRule.HalfPixel);
        MotionField past = new(picture.Blocks), future = new(picture.Blocks);
        past.Cost.AsSpan().Fill(1024 * pastLevels);
        future.Cost.AsSpan().Fill(1024 * futureLevels);
        float[] zeros = Cells(plan, new float[128]), tens = Cells(plan, [.. Enumerable.Repeat(10f, 128)]);
        var output = new float[64 * 32];

        LogitsWarp.Run(plan, new(zeros, past, behind), new(tens, future, before), output);

        Assert.All(output, value => Assert.Equal(expected, value, 1e-3));
    }

    private static void EveryShape()
    {
        var random = new Random(522);
        foreach (var rule in KernelFormats.Rules)
        {
            foreach (var classes in (int[])[1, 2, 7, 8, 9, 19, 33])
            {
                var (plan, picture) = Plan(classes, random.Next(2, 12), random.Next(2, 9), new(random.Next(8, 60) * 2, random.Next(8, 40) * 2), rule);
                float[] past = Cells(plan, Values(random, classes * plan.Cells.Width * plan.Cells.Height)), future = Cells(plan, Values(random, classes * plan.Cells.Width * plan.Cells.Height));
                MotionField before = Motion(random, picture), behind = Motion(random, picture);
                float[] expected = new float[classes * plan.Fine.Width * plan.Fine.Height], actual = new float[expected.Length];

                foreach (var isOne in (bool[])[true, false])
                {
                    LogitsWarp.RunReference(plan, new(past, before, 1), new(future, behind, 2), expected, isOne);
                    if (isOne) LogitsWarp.Run(plan, new(past, before, 1), actual);
                    else LogitsWarp.Run(plan, new(past, before, 1), new(future, behind, 2), actual);
                    Assert.Equal(expected, actual);
                }
            }
        }
    }

    private static (LogitsWarpPlan Plan, MotionPicture Picture) Plan(int classes, int width, int height, PictureSize input, CoordinateRule rule)
    {
        var picture = new MotionPicture(input);
        return (new(KernelFormats.Logits(classes, width, height, rule, input), picture), picture);
    }

    private static float[] Cells(LogitsWarpPlan plan, float[] planes)
    {
        var cells = new float[plan.Cells.Width * plan.Cells.Height * plan.Depth];
        LogitsWarp.ToCells(plan, planes, cells);
        return cells;
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 20 - 10))];

    private static MotionField Motion(Random random, MotionPicture picture)
    {
        var motion = new MotionField(picture.Blocks);
        for (var i = 0; i < motion.X.Length; i++) (motion.X[i], motion.Y[i], motion.Cost[i]) = (random.Next(-12, 13), random.Next(-6, 7), random.Next(30_000));
        return motion;
    }
}
