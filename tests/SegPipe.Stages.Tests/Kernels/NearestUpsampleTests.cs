using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class NearestUpsampleTests
{
    [Fact]
    public void Every_pixel_takes_the_cell_whose_centre_is_nearest()
    {
        var random = new Random(441);
        foreach (var width in KernelFormats.Widths)
            foreach (var (cellsWide, cellsHigh, height) in ((int, int, int)[])[(1, 1, 3), (5, 3, 7), (64, 4, 4), (33, 2, 9)])
            {
                var format = KernelFormats.Logits(255, cellsWide, cellsHigh, content: LogitsContent.Labels);
                var cells = KernelFormats.Bytes(random, cellsWide * cellsHigh);
                var upsample = new NearestUpsample(format, new(width, height));

                var labels = KernelFormats.Guarded(cells, width * height, 0xaa, GuardSide.Behind, (input, output) => upsample.Run(input.Bytes, output.Bytes));

                for (var y = 0; y < height; y++)
                    for (var x = 0; x < width; x++)
                        Assert.Equal(cells[(2 * y + 1) * cellsHigh / (2 * height) * cellsWide + (2 * x + 1) * cellsWide / (2 * width)], labels[y * width + x]);
            }
    }

    [Fact]
    public void Aligned_corners_lie_on_the_corners()
    {
        var upsample = new NearestUpsample(KernelFormats.Logits(9, 3, 1, CoordinateRule.AlignCorners, content: LogitsContent.Labels), new(9, 1));
        var labels = new byte[9];

        upsample.Run([4, 5, 6], labels);

        Assert.Equal([4, 4, 5, 5, 5, 5, 6, 6, 6], labels);
    }

    [Fact]
    public void What_the_network_did_not_see_has_no_class()
    {
        var upsample = new NearestUpsample(KernelFormats.Logits(9, 2, 1, input: new(8, 8), placement: new(-4, 0, 16, 8), content: LogitsContent.Labels), new(8, 1));
        var labels = new byte[8];

        upsample.Run([4, 5], labels);

        Assert.Equal([255, 255, 4, 4, 5, 5, 255, 255], labels);
    }
}
