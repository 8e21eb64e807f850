using System.Runtime.InteropServices;
using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class VimUpsampleTests
{
    private delegate float Logit(Random random, int label, int x, int y);

    private static readonly (string Name, Logit Make)[] Fields =
    [
        ("noise", (r, _, _, _) => (float)(r.NextDouble() * 20 - 10)),
        ("smooth", (_, c, x, y) => MathF.Sin(0.31f * x + c) * MathF.Cos(0.23f * y - 2 * c) * 8),
        ("constant", (_, _, _, _) => 1.5f),
        ("zero", (_, _, _, _) => 0),
        ("ties", (r, _, _, _) => r.Next(3)),
        ("ties of neighbours", (r, c, _, _) => c % 2 == 0 ? 1 : MathF.BitIncrement(1)),
        ("one-pixel classes", (_, c, x, y) => (x * 7 + y * 3) % 11 == c ? 5 : 0),
        ("one class rules", (r, c, _, _) => c == 1 ? 50 : (float)r.NextDouble()),
        ("close to one another", (r, _, _, _) => 1000 + r.Next(3) * 1e-4f),
        ("large", (r, _, _, _) => (r.Next(2) == 0 ? -1 : 1) * VimUpsample.LargestLogit * (float)r.NextDouble()),
        ("subnormal", (r, _, _, _) => r.Next(4) * float.Epsilon),
        ("masked", (r, _, _, _) => r.Next(3) == 0 ? -1e9f : (float)r.NextDouble()),
    ];

    [Fact]
    public void The_fast_path_gives_the_reference_s_label_in_every_pixel_on_every_tier() => SimdTiers.Run(EveryField);

    [Fact]
    public void The_fast_path_gives_the_reference_s_label_at_every_width() => SimdTiers.Run(EveryWidth);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(2e30f)]
    public void A_logit_that_is_no_finite_number_is_refused_wherever_it_stands(float bad)
    {
        var plan = new VimUpsamplePlan(KernelFormats.Logits(3, 37, 3), new(74, 6));
        for (var at = 0; at < 3 * 37 * 3; at++)
        {
            var logits = new float[3 * 37 * 3];
            logits[at] = bad;

            Assert.False(VimUpsample.Run(plan, logits, new byte[74 * 6]));
            Assert.False(VimUpsample.RunReference(plan, logits, new byte[74 * 6]));
        }
    }

    [Fact]
    public void Equal_scores_give_the_smallest_class()
    {
        var plan = new VimUpsamplePlan(KernelFormats.Logits(7, 4, 4), new(32, 32));
        var labels = new byte[32 * 32];

        VimUpsample.Run(plan, new float[7 * 16], labels);

        Assert.All(labels, label => Assert.Equal(0, label));
    }

    [Fact]
    public void A_class_that_wins_no_cell_appears_in_exact_mode_only()
    {
        // Class 2 is second at both cells and wins between them.
        float[] logits = [4, 0, 0, 4, 3, 3];
        var format = KernelFormats.Logits(3, 2, 1, input: new(16, 8));
        byte[] exact = new byte[16 * 8], paper = new byte[16 * 8];

        VimUpsample.Run(new(format, new(16, 8)), logits, exact);
        VimUpsample.Run(new(format, new(16, 8), UpsampleMode.Paper), logits, paper);

        Assert.Contains((byte)2, exact);
        Assert.DoesNotContain((byte)2, paper);
    }

    [Fact]
    public void At_the_cells_own_size_the_labels_are_the_cells_winners()
    {
        var random = new Random(411);
        var logits = Make(random, Fields[0].Make, 19, 33, 17);
        var plan = new VimUpsamplePlan(KernelFormats.Logits(19, 33, 17), new(33, 17));
        var labels = new byte[33 * 17];

        VimUpsample.Run(plan, logits, labels);

        for (var cell = 0; cell < labels.Length; cell++)
            Assert.Equal(Enumerable.Range(0, 19).MaxBy(c => logits[c * labels.Length + cell]), labels[cell]);
    }

    [Fact]
    public void Only_classes_that_a_corner_allows_appear_and_a_mirrored_picture_gives_mirrored_labels()
    {
        var random = new Random(412);
        var logits = Make(random, Fields[0].Make, 5, 9, 6);
        var mirrored = new float[logits.Length];
        for (var i = 0; i < logits.Length; i++) mirrored[i / 9 * 9 + 8 - i % 9] = logits[i];
        var plan = new VimUpsamplePlan(KernelFormats.Logits(5, 9, 6), new(72, 48));
        byte[] labels = new byte[72 * 48], flipped = new byte[72 * 48];

        VimUpsample.Run(plan, logits, labels);
        VimUpsample.Run(plan, mirrored, flipped);

        for (var y = 0; y < 48; y++) Array.Reverse(flipped, y * 72, 72);
        Assert.Equal(labels, flipped);
    }

    [Fact]
    public void What_the_network_did_not_see_has_no_class()
    {
        var format = KernelFormats.Logits(2, 4, 4, input: new(32, 32), placement: new(-16, 0, 64, 32));
        var labels = new byte[128 * 64];

        VimUpsample.Run(new(format, new(128, 64)), new float[2 * 16], labels);

        for (var i = 0; i < labels.Length; i++) Assert.Equal(i % 128 is >= 32 and < 96 ? 0 : 255, labels[i]);
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        var plan = new VimUpsamplePlan(KernelFormats.Logits(19, 32, 16), new(256, 128));
        var logits = Make(new Random(413), Fields[1].Make, 19, 32, 16);
        var labels = new byte[256 * 128];
        VimUpsample.Run(plan, logits, labels);

        var before = GC.GetAllocatedBytesForCurrentThread();
        VimUpsample.Run(plan, logits, labels);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void EveryField()
    {
        var random = new Random(414);
        foreach (var (name, make) in Fields)
            foreach (var (classes, width, height, toWidth, toHeight) in ((int, int, int, int, int)[])
                [(2, 5, 4, 40, 32), (19, 16, 9, 128, 72), (19, 13, 7, 101, 57), (150, 8, 6, 33, 47), (255, 7, 3, 29, 24), (3, 40, 31, 17, 20), (5, 1, 1, 9, 9), (4, 1, 6, 3, 50), (21, 33, 33, 65, 65)])
                foreach (var mode in Enum.GetValues<UpsampleMode>())
                    Compare(random, name, make, classes, new(width, height), new(toWidth, toHeight), mode);
    }

    private static void EveryWidth()
    {
        var random = new Random(415);
        foreach (var width in KernelFormats.Widths)
            foreach (var cells in (int[])[1, 2, 3, 9, 17, 64])
                Compare(random, "smooth", Fields[1].Make, 6, new(cells, 3), new(width, 7), (UpsampleMode)random.Next(2));
    }

    private static void Compare(Random random, string name, Logit make, int classes, PictureSize cells, PictureSize size, UpsampleMode mode)
    {
        var input = new PictureSize(4 * cells.Width, 4 * cells.Height);
        var rule = KernelFormats.Rules[random.Next(3)];
        var placement = ResizeBilinearTests.Placements(input.Width, input.Height)[random.Next(4)];
        var plan = new VimUpsamplePlan(KernelFormats.Logits(classes, cells.Width, cells.Height, rule, input, placement), size, mode);
        var logits = MemoryMarshal.AsBytes(Make(random, make, classes, cells.Width, cells.Height).AsSpan());
        var side = (GuardSide)random.Next(2);

        var expected = KernelFormats.Guarded(logits, size.Width * size.Height, 0x55, side, (i, o) => Assert.True(VimUpsample.RunReference(plan, i.Floats, o.Bytes)));
        var actual = KernelFormats.Guarded(logits, size.Width * size.Height, 0xaa, side, (i, o) => Assert.True(VimUpsample.Run(plan, i.Floats, o.Bytes)));

        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{name}: {classes} classes, {cells} to {size} at {placement}, {rule}, {mode}: differs (seeds 414, 415)");
    }

    private static float[] Make(Random random, Logit make, int classes, int width, int height)
    {
        var logits = new float[classes * width * height];
        for (int i = 0, c = 0; c < classes; c++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    logits[i++] = make(random, c, x, y);
        return logits;
    }
}
