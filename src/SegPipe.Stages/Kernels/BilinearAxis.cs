using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// Where the samples of one axis of an output lie in its source: for output sample i the source samples <see cref="Low"/>[i] and <see cref="High"/>[i] (= Low + 1,
/// clamped to the last) and the share <see cref="Weight"/>[i] of the second, rounded to float32. Positions are computed in double precision and clamped to 0 … length − 1.
/// Outside <see cref="First"/> ≤ i &lt; <see cref="End"/> the output has no source (padding, or never seen by the network).
/// </summary>
internal sealed class BilinearAxis
{
    private BilinearAxis(int length, int sourceLength, Func<int, double> position, int first, int end)
    {
        SourceLength = sourceLength;
        First = first;
        End = end;
        Low = new int[length];
        High = new int[length];
        Weight = new float[length];
        for (var i = 0; i < length; i++)
        {
            var at = Math.Clamp(position(i), 0, sourceLength - 1);
            Low[i] = (int)Math.Floor(at);
            High[i] = Math.Min(Low[i] + 1, sourceLength - 1);
            Weight[i] = (float)(at - Low[i]);
        }

        Steps = Regular(1, first < end ? Weight[first] : 0);
        Halves = Regular(2, 0.5f);
    }

    public int SourceLength { get; }

    public int First { get; }

    public int End { get; }

    public int Length => Low.Length;

    public int[] Low { get; }

    public int[] High { get; }

    public float[] Weight { get; }

    /// <summary>How many outputs, from <see cref="First"/>, go one source sample on each time, all with one weight and with a sample of their own at High.</summary>
    public int Steps { get; }

    /// <summary>How many outputs, from <see cref="First"/>, go two source samples on each time, all half-way between two.</summary>
    public int Halves { get; }

    /// <summary>Whether every output lies on a source sample.</summary>
    public bool OnSamples => Array.TrueForAll(Weight, w => w == 0);

    /// <summary>The axis of a tensor of <paramref name="length"/> in which a picture of <paramref name="pictureLength"/> lies at <paramref name="start"/> with <paramref name="extent"/>.</summary>
    public static BilinearAxis OfTensor(int length, int pictureLength, double start, double extent, CoordinateRule rule) =>
        Tensor(length, pictureLength, pictureLength, start, extent, rule, p => p);

    /// <summary>The same for the chroma plane of a 4:2:0 picture: samples lie on the even columns (left) and half-way between the rows of a pair.</summary>
    public static BilinearAxis OfTensorChroma(int length, int pictureLength, double start, double extent, CoordinateRule rule, bool columns) =>
        Tensor(length, pictureLength, (pictureLength + 1) / 2, start, extent, rule, p => columns ? p / 2 : (p - 0.5) / 2);

    /// <summary>
    /// The axis of a class map of <paramref name="length"/> that covers the whole picture, with source cells of a network whose input of <paramref name="inputLength"/>
    /// held the picture at <paramref name="start"/> with <paramref name="extent"/>.
    /// </summary>
    public static BilinearAxis OfLabels(int length, int cells, int inputLength, double start, double extent, CoordinateRule rule)
    {
        // The map of the picture to the input and that of the input to the cells are both affine; they are composed before anything is rounded.
        var (scale, offset) = rule switch
        {
            CoordinateRule.HalfPixel => (extent * cells / ((double)inputLength * length), start * cells / inputLength),
            CoordinateRule.Asymmetric => (extent * cells / ((double)inputLength * length), start * cells / inputLength),
            CoordinateRule.AlignCorners => (Spaces(extent) * (cells - 1) / ((double)Spaces(inputLength) * Spaces(length)), start * (cells - 1) / Spaces(inputLength)),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "unknown coordinate rule"),
        };
        var half = rule == CoordinateRule.HalfPixel ? 0.5 : 0.0;
        var (first, end) = Range(length, i => start + (i + 0.5) * extent / length, 0, inputLength);
        return new BilinearAxis(length, cells, i => (i + half) * scale + offset - half, first, end);
    }

    private static BilinearAxis Tensor(int length, int pictureLength, int sourceLength, double start, double extent, CoordinateRule rule, Func<double, double> plane)
    {
        Func<int, double> position = rule switch
        {
            CoordinateRule.HalfPixel => i => (i + 0.5 - start) * pictureLength / extent - 0.5,
            CoordinateRule.Asymmetric => i => (i - start) * pictureLength / extent,
            CoordinateRule.AlignCorners => i => (i - start) * (pictureLength - 1) / Spaces(extent),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "unknown coordinate rule"),
        };
        var (first, end) = Range(length, i => i + 0.5, start, start + extent);
        return new BilinearAxis(length, sourceLength, i => plane(Math.Clamp(position(i), 0, pictureLength - 1)), first, end);
    }

    private int Regular(int step, float weight)
    {
        var count = 0;
        for (var i = First; i < End && Low[i] == Low[First] + step * count && High[i] == Low[i] + 1 && Weight[i] == weight; i++) count++;
        return count;
    }

    private static double Spaces(double length) => length > 1 ? length - 1 : 1;

    private static (int First, int End) Range(int length, Func<int, double> centre, double from, double to)
    {
        var first = 0;
        while (first < length && centre(first) < from) first++;
        var end = length;
        while (end > first && centre(end - 1) >= to) end--;
        return (first, end);
    }
}
