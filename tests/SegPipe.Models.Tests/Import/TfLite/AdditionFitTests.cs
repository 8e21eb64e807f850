using SegPipe.Models.Import.TfLite;
using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>The addition in float32 against the kernels' fixed point, for every pair of bytes.</summary>
public sealed class AdditionFitTests
{
    [Theory]
    [InlineData(0.8040552f, 104, 1.2676103f, 129, 1.1109754f, 131)]
    [InlineData(0.36297363f, 124, 0.27821693f, 123, 0.40163496f, 122)]
    [InlineData(0.5f, 128, 0.25f, 0, 0.5f, 100)]
    [InlineData(0.0235284772f, 0, 0.0235284772f, 0, 0.0470569544f, 0)]
    [InlineData(0.017368818f, 0, 0.097054265f, 0, 0.09621926f, 0)]
    public void Every_pair_gives_what_the_kernels_give(float scaleA, int zeroA, float scaleB, int zeroB, float scale, int zero)
    {
        var (a, b, result) = (Tensor(scaleA, zeroA), Tensor(scaleB, zeroB), Tensor(scale, zero));

        var fit = AdditionFit.Find(a, b, result);

        double twice = 2 * Math.Max(scaleA, scaleB);
        var (first, second, last) = (FixedPoint.Of(scaleA / twice), FixedPoint.Of(scaleB / twice), FixedPoint.Of(twice / ((1 << 20) * (double)scale)));
        for (var x = -zeroA; x <= 255 - zeroA; x++)
            for (var y = -zeroB; y <= 255 - zeroB; y++)
            {
                var kernels = last.Apply((long)first.Apply((long)x << 20) + second.Apply((long)y << 20));
                Assert.Equal(kernels, (int)MathF.Round((fit.A * x + fit.B * y) / fit.Divisor));
            }
    }

    private static TfLiteTensor Tensor(float scale, int zero) => new(0, "t", TfLiteType.UInt8, [1], default, new([scale], [zero], 0));
}
