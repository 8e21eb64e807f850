using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Stages.Propagation;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class BlockMotionTests
{
    [Fact]
    public void The_vector_path_equals_the_reference_on_every_tier() => SimdTiers.Run(EverySize);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, -3)]
    [InlineData(-12, 6)]
    public void A_picture_that_moved_as_a_whole_is_found_where_it_went(int x, int y)
    {
        MotionPicture now = new(new(256, 128)), then = new(new(256, 128));
        Draw(now, (column, row) => Texture(column + x, row + y));
        Draw(then, Texture);
        var found = new MotionField(now.Blocks);

        new BlockMotion(now).Run(now, then, found);

        // Blocks at the edge look out of the picture.
        for (var by = 2; by < now.Blocks.Height - 2; by++)
            for (var bx = 3; bx < now.Blocks.Width - 3; bx++)
                Assert.Equal((x, y), (found.X[by * now.Blocks.Width + bx], found.Y[by * now.Blocks.Width + bx]));
    }

    [Fact]
    public void A_flat_picture_does_not_move_and_costs_nothing()
    {
        var picture = new MotionPicture(new(64, 48));
        var found = new MotionField(picture.Blocks);

        new BlockMotion(picture).Run(picture, picture, found);

        Assert.All(found.X.Concat(found.Y).Concat(found.Cost), value => Assert.Equal(0, value));
        Assert.Equal(0, found.Residual);
    }

    [Theory]
    [InlineData(ElementType.Float32, TensorLayout.Nchw)]
    [InlineData(ElementType.Float32, TensorLayout.Nhwc)]
    [InlineData(ElementType.UInt8, TensorLayout.Nchw)]
    [InlineData(ElementType.UInt8, TensorLayout.Nhwc)]
    public void Every_form_of_tensor_gives_the_means_of_its_green(ElementType element, TensorLayout layout)
    {
        var format = KernelFormats.Tensor(34, 18, element: element, layout: layout);
        var green = KernelFormats.Bytes(new Random(511), 34 * 18);
        var tensor = new byte[format.FrameBytes!.Value];
        for (var i = 0; i < green.Length; i++)
        {
            var at = layout == TensorLayout.Nchw ? green.Length + i : 3 * i + 1;
            if (element == ElementType.UInt8) tensor[at] = green[i];
            else BitConverter.TryWriteBytes(tensor.AsSpan(4 * at), (green[i] / 255f - 0.4f) * 4);
        }

        var picture = new MotionPicture(format.Size);
        picture.Fill(tensor, format, element == ElementType.UInt8 ? 1 : 255 / 4f, element == ElementType.UInt8 ? 0 : -0.4f * 4);

        for (var y = 0; y < 9; y++)
        {
            for (var x = 0; x < 17; x++)
            {
                var mean = (green[68 * y + 2 * x] + green[68 * y + 2 * x + 1] + green[68 * y + 34 + 2 * x] + green[68 * y + 35 + 2 * x]) / 4.0;
                Assert.Equal(mean, picture.Pixels[picture.Origin + y * picture.Stride + x], 1.0);
            }
        }
    }

    private static void EverySize()
    {
        var random = new Random(512);
        foreach (var size in (PictureSize[])[new(16, 16), new(34, 20), new(70, 50), new(130, 66), new(256, 64)])
        {
            MotionPicture now = new(size), then = new(size);
            random.NextBytes(now.Pixels);
            random.NextBytes(then.Pixels);
            MotionField expected = new(now.Blocks), actual = new(now.Blocks);

            new BlockMotion(now).RunReference(now, then, expected);
            new BlockMotion(now).Run(now, then, actual);

            Assert.Equal(expected.X, actual.X);
            Assert.Equal(expected.Y, actual.Y);
            Assert.Equal(expected.Cost, actual.Cost);
        }
    }

    private static byte Texture(int x, int y) => (byte)(128 + 60 * Math.Sin(x * 0.7 + y * 0.2) + 60 * Math.Sin(y * 0.9 - x * 0.31) * Math.Cos(x * 0.05));

    private static void Draw(MotionPicture picture, Func<int, int, byte> draw)
    {
        for (var i = 0; i < picture.Pixels.Length; i++) picture.Pixels[i] = draw(i % picture.Stride, i / picture.Stride);
    }
}
