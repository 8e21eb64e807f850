using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class ResizeBilinearTests
{
    private static readonly Normalization ImageNet = new(false, [0.485f, 0.456f, 0.406f], [1 / 0.229f, 1 / 0.224f, 1 / 0.225f]);

    [Fact]
    public void The_vector_path_equals_the_reference_bit_for_bit_on_every_tier() => SimdTiers.Run(EveryWidth);

    [Theory]
    [CombinatorialFormats]
    public void The_result_is_within_one_level_of_an_oracle_in_double_precision(CoordinateRule rule, ColorMatrix matrix, ColorRange range, bool rgb)
    {
        var random = new Random(401);
        foreach (var (width, height, toWidth, toHeight) in ((int, int, int, int)[])[(64, 32, 32, 16), (37, 23, 50, 41), (65, 48, 20, 13), (9, 7, 9, 7), (5, 5, 1, 1)])
        {
            var format = KernelFormats.Picture(width, height, rgb ? PictureLayout.Rgb : PictureLayout.I420, matrix, range);
            foreach (var placement in Placements(toWidth, toHeight))
            {
                var tensor = KernelFormats.Tensor(toWidth, toHeight, placement);
                var plan = new ResizePlan(format, tensor, KernelFormats.Levels(), rule);
                var picture = KernelFormats.Bytes(random, plan.PictureBytes);
                var output = new byte[plan.TensorBytes];
                ResizeBilinear.Run(plan, picture, output);

                var oracle = ResizeOracle.Levels(format, tensor, picture, rule);
                var levels = KernelFormats.Floats(output);
                for (var i = 0; i < levels.Length; i++) Assert.InRange(levels[i], oracle[i] - 0.01, oracle[i] + 0.01);
            }
        }
    }

    [Fact]
    public void A_picture_of_the_tensors_size_in_rgb_is_normalised_and_nothing_else()
    {
        var plan = new ResizePlan(KernelFormats.Picture(33, 9, PictureLayout.Rgb), KernelFormats.Tensor(33, 9), ImageNet);
        var picture = KernelFormats.Bytes(new Random(402), plan.PictureBytes);
        var output = new byte[plan.TensorBytes];

        ResizeBilinear.Run(plan, picture, output);

        var elements = KernelFormats.Floats(output);
        for (var i = 0; i < elements.Length; i++)
        {
            var channel = i / (33 * 9);
            Assert.Equal((picture[i] / 255.0 - ImageNet.Mean[channel]) * ImageNet.Scale[channel], elements[i], 2e-6);
        }
    }

    [Fact]
    public void A_byte_tensor_of_the_pictures_size_is_the_picture()
    {
        var plan = new ResizePlan(KernelFormats.Picture(17, 5, PictureLayout.Rgb), KernelFormats.Tensor(17, 5, element: ElementType.UInt8), ImageNet);
        var picture = KernelFormats.Bytes(new Random(403), plan.PictureBytes);
        var output = new byte[plan.TensorBytes];

        ResizeBilinear.Run(plan, picture, output);

        Assert.Equal(picture, output);
    }

    [Theory]
    [CombinatorialFormats]
    public void A_constant_picture_stays_constant(CoordinateRule rule, ColorMatrix matrix, ColorRange range, bool rgb)
    {
        var format = KernelFormats.Picture(31, 17, rgb ? PictureLayout.Rgb : PictureLayout.I420, matrix, range);
        var plan = new ResizePlan(format, KernelFormats.Tensor(50, 9), KernelFormats.Levels(), rule);
        var picture = new byte[plan.PictureBytes];
        picture.AsSpan().Fill(128);
        var output = new byte[plan.TensorBytes];

        ResizeBilinear.Run(plan, picture, output);

        Assert.Single(KernelFormats.Floats(output).Distinct());
    }

    [Fact]
    public void Levels_stay_within_black_and_white_whatever_the_samples()
    {
        var plan = new ResizePlan(KernelFormats.Picture(64, 32), KernelFormats.Tensor(32, 16), KernelFormats.Levels());
        var output = new byte[plan.TensorBytes];

        ResizeBilinear.Run(plan, KernelFormats.Bytes(new Random(404), plan.PictureBytes), output);

        Assert.All(KernelFormats.Floats(output), level => Assert.InRange(level, 0, 255.001f));
    }

    [Fact]
    public void What_lies_outside_of_a_letterboxed_picture_holds_the_mean()
    {
        var tensor = KernelFormats.Tensor(8, 8, new(0, 2, 8, 4));
        var plan = new ResizePlan(KernelFormats.Picture(16, 8), tensor, ImageNet);
        var output = new byte[plan.TensorBytes];

        ResizeBilinear.Run(plan, new byte[plan.PictureBytes], output);

        var elements = KernelFormats.Floats(output);
        Assert.All(elements[..16], e => Assert.Equal(0, e));
        Assert.All(elements[16..48], e => Assert.Equal(-0.485 / 0.229, e, 1e-5));
        Assert.All(elements[48..64], e => Assert.Equal(0, e));
    }

    [Fact]
    public void Blue_comes_first_where_the_model_wants_it()
    {
        var format = KernelFormats.Picture(12, 6);
        ResizePlan rgb = new(format, KernelFormats.Tensor(12, 6), KernelFormats.Levels()), bgr = new(format, KernelFormats.Tensor(12, 6), KernelFormats.Levels(bgr: true));
        var picture = KernelFormats.Bytes(new Random(405), rgb.PictureBytes);
        byte[] first = new byte[rgb.TensorBytes], second = new byte[rgb.TensorBytes];

        ResizeBilinear.Run(rgb, picture, first);
        ResizeBilinear.Run(bgr, picture, second);

        var plane = first.Length / 3;
        Assert.Equal(first[..plane], second[(2 * plane)..]);
        Assert.Equal(first[plane..(2 * plane)], second[plane..(2 * plane)]);
    }

    [Fact]
    public void Spans_of_another_size_are_refused()
    {
        var plan = new ResizePlan(KernelFormats.Picture(4, 4), KernelFormats.Tensor(4, 4), ImageNet);

        Assert.Throws<ArgumentException>(() => ResizeBilinear.Run(plan, new byte[plan.PictureBytes - 1], new byte[plan.TensorBytes]));
        Assert.Throws<ArgumentException>(() => ResizeBilinear.Run(plan, new byte[plan.PictureBytes], new byte[plan.TensorBytes + 1]));
    }

    [Theory]
    [InlineData(64, 32)]
    [InlineData(50, 21)]
    public void A_frame_allocates_nothing(int width, int height)
    {
        var plan = new ResizePlan(KernelFormats.Picture(128, 64), KernelFormats.Tensor(width, height), ImageNet);
        byte[] picture = new byte[plan.PictureBytes], output = new byte[plan.TensorBytes];
        ResizeBilinear.Run(plan, picture, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ResizeBilinear.Run(plan, picture, output);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    internal static Placement[] Placements(int width, int height) =>
        [new(0, 0, width, height), new(0, height / 4.0, width, height / 2.0), new(width / 3.0, 0, width / 3.0, height), new(-width / 2.0, -1, 2 * width, height + 2)];

    private static void EveryWidth()
    {
        var random = new Random(406);
        foreach (var width in KernelFormats.Widths)
            foreach (var (height, scaleX, scaleY) in ((int, double, double)[])[(1, 1, 1), (2, 0.5, 0.5), (5, 1, 1), (6, 0.5, 0.5), (4, 0.37, 0.7), (3, 2, 2), (4, 0.5, 1.7), (7, 1.31, 0.5)])
            {
                int toWidth = Math.Max(1, (int)(width * scaleX)), toHeight = Math.Max(1, (int)(height * scaleY));
                foreach (var placement in Placements(toWidth, toHeight)) Compare(random, width, height, toWidth, toHeight, placement);
            }
    }

    private static void Compare(Random random, int width, int height, int toWidth, int toHeight, Placement placement)
    {
        var rule = KernelFormats.Rules[random.Next(3)];
        var layout = (TensorLayout)random.Next(2);
        var element = (ElementType)random.Next(2);
        var format = KernelFormats.Picture(width, height, (PictureLayout)random.Next(2), (ColorMatrix)random.Next(3), (ColorRange)random.Next(2));
        var plan = new ResizePlan(format, KernelFormats.Tensor(toWidth, toHeight, placement, element, layout), ImageNet with { Bgr = random.Next(2) == 0 }, rule);
        var picture = KernelFormats.Bytes(random, plan.PictureBytes);
        var side = (GuardSide)random.Next(2);

        var expected = KernelFormats.Guarded(picture, plan.TensorBytes, 0x55, side, (input, output) => ResizeBilinear.RunReference(plan, input.Bytes, output.Bytes));
        var actual = KernelFormats.Guarded(picture, plan.TensorBytes, 0xaa, side, (input, output) => ResizeBilinear.Run(plan, input.Bytes, output.Bytes));

        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{format.Layout} {width}x{height} to {toWidth}x{toHeight} at {placement}, {rule}, {layout}, {element}: differs (seed 406)");
    }
}
