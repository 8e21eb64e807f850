using System.Runtime.InteropServices;
using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class UpsampleOutputTests
{
    [Fact]
    public void Boundaries_are_the_reference_s_at_every_width_on_every_tier() => SimdTiers.Run(EveryMap);

    [Fact]
    public void The_confidence_is_the_reference_s_in_every_pixel_on_every_tier() => SimdTiers.Run(EveryPlan);

    [Fact]
    public void A_line_between_two_areas_belongs_to_the_left_or_upper_one_and_what_has_no_class_bounds_nothing()
    {
        byte[] labels =
        [
            3, 3, 7, 7,
            3, 3, 7, 255,
            9, 3, 7, 7,
        ];

        LabelBoundaries.Run(labels, new(4, 3));

        Assert.Equal(
        [
            0, 1, 0, 0,
            1, 1, 0, 255,
            1, 1, 0, 0,
        ], labels);
    }

    [Fact]
    public void The_lead_is_counted_in_sixteenths_and_vanishes_half_way_between_two_winners()
    {
        // Class 0 leads by 3 on the left and lags by 3 on the right; class 2 is far below.
        float[] logits = [3, 0, 0, 3, -9, -9];
        var plan = new VimUpsamplePlan(KernelFormats.Logits(3, 2, 1, input: new(16, 8)), new(16, 8));
        var levels = new byte[16 * 8];
        VimUpsample.Run(plan, logits, levels);

        VimConfidence.Run(plan, logits, levels);

        Assert.Equal([48, 48, 48, 48, 42, 30, 18, 6, 6, 18, 30, 42, 48, 48, 48, 48], levels[..16]);
    }

    [Fact]
    public void The_lead_is_never_more_than_that_of_the_interpolated_scores()
    {
        var random = new Random(513);
        var logits = Logits(random, 5 * 7 * 4);
        var plan = new VimUpsamplePlan(KernelFormats.Logits(5, 7, 4), new(56, 32));
        byte[] labels = new byte[56 * 32], levels = new byte[56 * 32];
        VimUpsample.Run(plan, logits, labels);
        labels.CopyTo(levels, 0);

        VimConfidence.Run(plan, logits, levels);

        for (var i = 0; i < levels.Length; i++)
        {
            var scores = Enumerable.Range(0, 5).Select(c => Score(plan, logits, c, i % 56, i / 56)).ToArray();
            var lead = scores[labels[i]] - scores.Where((_, c) => c != labels[i]).Max();
            Assert.True(levels[i] <= VimConfidence.Steps * lead + 1e-3, $"pixel {i}: level {levels[i]}, lead {lead} (seed 513)");
        }
    }

    [Fact]
    public void A_network_of_one_class_is_as_sure_as_can_be()
    {
        var plan = new VimUpsamplePlan(KernelFormats.Logits(1, 3, 3), new(24, 24));
        var levels = new byte[24 * 24];
        VimUpsample.Run(plan, new float[9], levels);

        VimConfidence.Run(plan, new float[9], levels);

        Assert.All(levels, level => Assert.Equal(VimConfidence.Most, level));
    }

    private static float Score(VimUpsamplePlan plan, float[] logits, int label, int x, int y)
    {
        float At(int row, int column) => logits[label * plan.Best.Length + row * plan.Cells.Width + column];
        BilinearAxis rows = plan.Rows, columns = plan.Columns;
        var left = At(rows.Low[y], columns.Low[x]) + rows.Weight[y] * (At(rows.High[y], columns.Low[x]) - At(rows.Low[y], columns.Low[x]));
        var right = At(rows.Low[y], columns.High[x]) + rows.Weight[y] * (At(rows.High[y], columns.High[x]) - At(rows.Low[y], columns.High[x]));
        return left + columns.Weight[x] * (right - left);
    }

    private static void EveryMap()
    {
        var random = new Random(511);
        foreach (var width in KernelFormats.Widths)
            foreach (var height in (int[])[1, 2, 5])
            {
                var labels = new byte[width * height];
                foreach (ref var label in labels.AsSpan()) label = random.Next(6) is var drawn and < 4 ? (byte)drawn : (byte)255;
                var size = new PictureSize(width, height);
                var side = (GuardSide)random.Next(2);
                var expected = InPlace(labels, side, map => LabelBoundaries.RunReference(map, size));

                Assert.True(expected.AsSpan().SequenceEqual(InPlace(labels, side, map => LabelBoundaries.Run(map, size))), $"{width}x{height} differs (seed 511)");
            }
    }

    private static void EveryPlan()
    {
        var random = new Random(512);
        foreach (var (classes, width, height, toWidth, toHeight) in ((int, int, int, int, int)[])
            [(19, 16, 9, 128, 72), (3, 13, 7, 101, 57), (150, 8, 6, 33, 47), (3, 40, 31, 17, 20), (1, 3, 3, 9, 9), (4, 1, 6, 3, 50), (21, 33, 33, 65, 65), (5, 9, 7, 9, 7)])
            foreach (var mode in Enum.GetValues<UpsampleMode>())
            {
                var input = new PictureSize(4 * width, 4 * height);
                var placement = ResizeBilinearTests.Placements(input.Width, input.Height)[random.Next(4)];
                var plan = new VimUpsamplePlan(KernelFormats.Logits(classes, width, height, KernelFormats.Rules[random.Next(3)], input, placement), new(toWidth, toHeight), mode);
                var logits = Logits(random, classes * width * height);
                var labels = new byte[toWidth * toHeight];
                Assert.True(VimUpsample.Run(plan, logits, labels));
                var side = (GuardSide)random.Next(2);
                var expected = InPlace(labels, side, map => VimConfidence.RunReference(plan, logits, map));

                Assert.True(expected.AsSpan().SequenceEqual(InPlace(labels, side, map => VimConfidence.Run(plan, logits, map))), $"{classes} classes, {width}x{height} to {toWidth}x{toHeight}, {mode} differs (seed 512)");
            }
    }

    // Neighbouring cells are alike, as a network's are, so that there are areas and borders.
    private static float[] Logits(Random random, int count)
    {
        var logits = new float[count];
        for (var i = 0; i < count; i++) logits[i] = random.Next(4) == 0 || i == 0 ? (float)(random.NextDouble() * 12 - 6) : logits[i - 1];
        return logits;
    }

    private delegate void Kernel(Span<byte> map);

    private static byte[] InPlace(byte[] labels, GuardSide side, Kernel kernel)
    {
        using var map = new GuardedMemory(labels.Length, side);
        labels.CopyTo(map.Bytes);
        kernel(map.Bytes);
        return map.Bytes.ToArray();
    }
}
