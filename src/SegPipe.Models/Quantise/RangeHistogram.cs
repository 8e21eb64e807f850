using System.Numerics.Tensors;

namespace SegPipe.Models.Quantise;

/// <summary>Finds the range that a share of a value's elements lies in: first its bounds over all pictures, then how often each part of them occurs.</summary>
internal sealed class RangeHistogram
{
    private const int Bins = 4096;

    private readonly long[] _counts = new long[Bins];
    private float _min = float.PositiveInfinity, _max = float.NegativeInfinity;
    private long _total;

    /// <summary>First pass: widens the bounds.</summary>
    public void Bound(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        _min = Math.Min(_min, TensorPrimitives.Min(values));
        _max = Math.Max(_max, TensorPrimitives.Max(values));
    }

    /// <summary>Second pass, after all bounds are known: counts.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        var perUnit = _max > _min ? (Bins - 1) / ((double)_max - _min) : 0;
        foreach (var value in values) _counts[(int)((value - (double)_min) * perUnit)]++;
        _total += values.Length;
    }

    /// <summary>The range that is left when as many elements are cut off at both ends together as <paramref name="share"/> leaves over.</summary>
    /// <param name="share">Share of the elements to lie inside, above 0 up to 1.</param>
    public ValueRange Clipped(double share)
    {
        if (_total == 0) return default;
        var most = (long)((1 - share) / 2 * _total);
        var (low, high) = (0, Bins - 1);
        for (long cut = _counts[low]; cut <= most && low < high; cut += _counts[low]) low++;
        for (long cut = _counts[high]; cut <= most && low < high; cut += _counts[high]) high--;
        var bin = ((double)_max - _min) / (Bins - 1);
        // A bin stands for all values up to the next one; the outermost bins end where the values do.
        var top = high == Bins - 1 ? _max : (float)(_min + (high + 1) * bin);
        return new(Math.Min(0, (float)(_min + low * bin)), Math.Max(0, top));
    }
}
