namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>Linear interpolation along one axis by the half-pixel rule, as both frameworks resize position embeddings.</summary>
internal static class LinearResize
{
    /// <summary>Fills the target from the source; equal lengths give equal values.</summary>
    public static void Apply(ReadOnlySpan<float> source, Span<float> target)
    {
        var step = (double)source.Length / target.Length;
        for (var i = 0; i < target.Length; i++)
        {
            var at = Math.Max(0, (i + 0.5) * step - 0.5);
            var low = Math.Min((int)at, source.Length - 1);
            var high = Math.Min(low + 1, source.Length - 1);
            target[i] = (float)(source[low] + (source[high] - source[low]) * (at - low));
        }
    }
}
