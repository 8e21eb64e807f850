using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Stages.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class PaletteBlendTests
{
    [Fact]
    public void The_vector_path_equals_the_reference_byte_for_byte_on_every_tier() => SimdTiers.Run(EveryWidth);

    [Theory]
    [InlineData(PictureLayout.I420)]
    [InlineData(PictureLayout.Rgb)]
    public void Without_opacity_or_without_a_colour_the_picture_is_unchanged(PictureLayout layout)
    {
        var random = new Random(431);
        var format = KernelFormats.Picture(67, 5, layout);
        var picture = KernelFormats.Bytes(random, format.FrameBytes!.Value);
        var output = new byte[picture.Length];

        PaletteBlend.Run(new(format, Colors(random, 19), 0), picture, Labels(random, 67, 5, 0), output);
        Assert.Equal(picture, output);

        var unknown = new byte[67 * 5];
        unknown.AsSpan().Fill(255);
        PaletteBlend.Run(new(format, Colors(random, 19), 0.7), picture, unknown, output);
        Assert.Equal(picture, output);
    }

    [Theory]
    [CombinatorialFormats]
    public void Full_opacity_paints_the_palettes_colour(CoordinateRule _, ColorMatrix matrix, ColorRange range, bool rgb)
    {
        var format = KernelFormats.Picture(70, 6, rgb ? PictureLayout.Rgb : PictureLayout.I420, matrix, range);
        var output = new byte[format.FrameBytes!.Value];

        PaletteBlend.Run(new(format, [(0, 0, 0), (244, 35, 232)], 1), KernelFormats.Bytes(new Random(432), output.Length), Enumerable.Repeat((byte)1, 70 * 6).ToArray(), output);

        var (r, g, b) = ResizeOracle.At(format, output, 35, 3);
        Assert.Equal(244, r, 2.0);
        Assert.Equal(35, g, 2.0);
        Assert.Equal(232, b, 2.0);
    }

    [Fact]
    public void A_blend_is_within_one_level_of_the_same_in_real_numbers()
    {
        var random = new Random(433);
        var format = KernelFormats.Picture(66, 9);
        var colors = Colors(random, 30);
        var picture = KernelFormats.Bytes(random, format.FrameBytes!.Value);
        var labels = Labels(random, 66, 9, 1);
        var output = new byte[picture.Length];

        PaletteBlend.Run(new(format, colors, 0.375), picture, labels, output);

        var matrix = YuvCoefficients.Of(format.Color);
        for (var i = 0; i < labels.Length; i++)
        {
            var known = labels[i] < colors.Length;
            var color = known ? colors[labels[i]] : default;
            var luma = known ? matrix.FromRgb(color.R, color.G, color.B).Y : picture[i];
            Assert.Equal(0.625 * picture[i] + 0.375 * luma, output[i], 1.0);
        }

        for (var i = 0; i < 33 * 5; i++)
        {
            var at = labels.Length + i;
            int x = i % 33 * 2, y = i / 33 * 2, down = Math.Min(y + 1, 8);
            var mean = new[] { (x, y), (x + 1, y), (x, down), (x + 1, down) }.Average(p =>
                labels[p.Item2 * 66 + p.Item1] is var label && label < colors.Length ? matrix.FromRgb(colors[label].R, colors[label].G, colors[label].B).U : (double)picture[at]);
            Assert.Equal(0.625 * picture[at] + 0.375 * mean, output[at], 1.0);
        }
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        var random = new Random(435);
        var plan = new PaletteBlendPlan(KernelFormats.Picture(300, 20), Colors(random, 19), 0.5);
        byte[] picture = KernelFormats.Bytes(random, plan.PictureBytes), labels = Labels(random, 300, 20, 1), output = new byte[picture.Length];
        PaletteBlend.Run(plan, picture, labels, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        PaletteBlend.Run(plan, picture, labels, output);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void EveryWidth()
    {
        var random = new Random(434);
        foreach (var width in KernelFormats.Widths)
            for (var height = 1; height <= 5; height++)
                foreach (var layout in Enum.GetValues<PictureLayout>())
                    for (var kind = 0; kind < 3; kind++)
                        Compare(random, KernelFormats.Picture(width, height, layout, (ColorMatrix)random.Next(3), (ColorRange)random.Next(2)), kind);
    }

    private static void Compare(Random random, PictureFormat format, int kind)
    {
        var plan = new PaletteBlendPlan(format, Colors(random, random.Next(1, 256)), random.Next(5) == 0 ? random.Next(2) : random.NextDouble());
        var picture = KernelFormats.Bytes(random, plan.PictureBytes);
        var side = (GuardSide)random.Next(2);
        using var labels = GuardedMemory.Sealed(Labels(random, format.Size.Width, format.Size.Height, kind), side);

        var expected = KernelFormats.Guarded(picture, picture.Length, 0x55, side, (input, output) => PaletteBlend.RunReference(plan, input.Bytes, labels.Bytes, output.Bytes));
        var actual = KernelFormats.Guarded(picture, picture.Length, 0xaa, side, (input, output) => PaletteBlend.Run(plan, input.Bytes, labels.Bytes, output.Bytes));

        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{format.Layout} {format.Size}, labels {kind}: differs (seed 434)");
    }

    private static (byte R, byte G, byte B)[] Colors(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => ((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)))];

    // One class; areas with borders; noise of all labels.
    private static byte[] Labels(Random random, int width, int height, int kind)
    {
        var labels = new byte[width * height];
        int one = random.Next(256), edge = random.Next(1, width + 1);
        for (var i = 0; i < labels.Length; i++)
            labels[i] = (byte)(kind == 0 ? one : kind == 1 ? i % width / edge * 7 + (i / width > 2 ? 40 : 0) : random.Next(256));
        return labels;
    }
}
