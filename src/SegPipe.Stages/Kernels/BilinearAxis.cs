using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// Where the samples of one axis of an output lie in its source: for output sample i the source samples <see cref="Low"/>[i] and <see cref="High"/>[i] (= Low + 1,
/// clamped to the last) and the share <see cref="Weight"/>[i] of the second, rounded to float32. Positions are computed in double precision and clamped to 0 … length − 1.
/// Outside <see cref="First"/> ≤ i &lt; <see cref="End"/> the output has no source (padding, or never seen by the network).
/// </summary>
internal sealed class BilinearAxis
{
    private BilinearAxis(int sourceLength, int first, int end, IEnumerable<(int Low, float Weight)> samples)
    {
        SourceLength = sourceLength;
        First = first;
        End = end;
        (int, float)[] all = [.. samples];
        Low = Array.ConvertAll(all, sample => sample.Item1);
        High = Array.ConvertAll(Low, low => Math.Min(low + 1, sourceLength - 1));
        Weight = Array.ConvertAll(all, sample => sample.Item2);
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
    public static BilinearAxis OfTensor(int length, int pictureLength, double start, double extent, CoordinateRule rule)
    {
        Func<int, double> position = rule switch
        {
            CoordinateRule.HalfPixel => i => (i + 0.5 - start) * pictureLength / extent - 0.5,
            CoordinateRule.Asymmetric => i => (i - start) * pictureLength / extent,
            CoordinateRule.AlignCorners => i => (i - start) * (pictureLength - 1) / Spaces(extent),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "unknown coordinate rule"),
        };
        var (first, end) = Range(length, i => i + 0.5, start, start + extent);
        return new BilinearAxis(pictureLength, first, end, Samples(length, pictureLength, position));
    }

    /// <summary>The same axis for the chroma plane of a 4:2:0 picture, each sample of which stands for two columns or rows.</summary>
    public BilinearAxis OfChroma() => new(
        (SourceLength + 1) / 2, First, End, Low.Select((low, i) => (low / 2, low / 2 == High[i] / 2 ? 0 : Weight[i])));

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
        return new BilinearAxis(cells, first, end, Samples(length, cells, i => (i + half) * scale + offset - half));
    }

    private static IEnumerable<(int Low, float Weight)> Samples(int length, int sourceLength, Func<int, double> position)
    {
        for (var i = 0; i < length; i++)
        {
            var at = Math.Clamp(position(i), 0, sourceLength - 1);
            yield return ((int)at, (float)(at - (int)at));
        }
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
