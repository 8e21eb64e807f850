namespace SegPipe.Models.Import.TfLite.Arithmetic;

/// <summary>
/// The addition of two quantised numbers. The kernels bring both to a common scale with 20 more bits; in float32 it is
/// round((a · x + b · y) / divisor), which has to give the same for every pair of stored numbers.
/// </summary>
/// <param name="A">Scale of the first input.</param>
/// <param name="B">Scale of the second input.</param>
/// <param name="Divisor">What the sum is divided by.</param>
internal sealed record AdditionFit(float A, float B, float Divisor)
{
    private const int Bits = 20;

    // Float32 is never further off than this; only pairs whose exact result lies so close to a half can come out differently.
    private const double Doubtful = 1e-4;
    private const int Tries = 256;
    private const int MostTrials = 1 << 20;
    private const int Nudges = 8;
    private const float Nudge = 2.5e-7f;

    /// <summary>Finds the scales.</summary>
    /// <param name="a">The first input.</param>
    /// <param name="b">The second input.</param>
    /// <param name="result">The result.</param>
    public static AdditionFit Find(TfLiteTensor a, TfLiteTensor b, TfLiteTensor result)
    {
        var (scaleA, scaleB, scale) = (a.Scale, b.Scale, result.Scale);
        var doubtful = DoubtfulPairs(a, b, result).ToList();
        var best = new AdditionFit(scaleA, scaleB, scale);
        var fewest = int.MaxValue;
        for (var i = 0; i < Tries && fewest > 0 && i * (long)doubtful.Count < MostTrials; i++)
        {
            // A common factor changes nothing but how the three numbers are rounded; a divisor a little smaller moves exact halves away from zero.
            var common = (1 + i / Nudges / (float)Tries) / scaleB;
            var fit = new AdditionFit(scaleA * common, scaleB * common, scale * common * (1 - i % Nudges * Nudge));
            var wrong = doubtful.Count(pair => fit.Apply(pair.X, pair.Y) != pair.Result);
            if (wrong < fewest) (best, fewest) = (fit, wrong);
        }
        return best;
    }

    private int Apply(int x, int y) => (int)MathF.Round((A * x + B * y) / Divisor);

    private static IEnumerable<(int X, int Y, int Result)> DoubtfulPairs(TfLiteTensor a, TfLiteTensor b, TfLiteTensor result)
    {
        double twice = 2 * Math.Max(a.Scale, b.Scale);
        var (first, second) = (FixedPoint.Of(a.Scale / twice), FixedPoint.Of(b.Scale / twice));
        var last = FixedPoint.Of(twice / ((1 << Bits) * (double)result.Scale));
        for (var x = -a.Zero; x <= 255 - a.Zero; x++)
        {
            var part = first.Apply((long)x << Bits);
            for (var y = -b.Zero; y <= 255 - b.Zero; y++)
            {
                var exact = ((double)a.Scale * x + (double)b.Scale * y) / result.Scale;
                if (Math.Abs(exact - Math.Floor(exact) - 0.5) < Doubtful) yield return (x, y, last.Apply((long)part + second.Apply((long)y << Bits)));
            }
        }
    }
}
