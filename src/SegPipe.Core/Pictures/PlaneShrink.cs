namespace SegPipe.Pictures;

/// <summary>Makes planes of 8-bit samples smaller.</summary>
public static class PlaneShrink
{
    /// <summary>Makes each sample the rounded mean of those that it stands for.</summary>
    /// <param name="plane">Rows without padding.</param>
    /// <param name="width">Columns of <paramref name="plane"/>.</param>
    /// <param name="height">Rows of <paramref name="plane"/>.</param>
    /// <param name="target">Rows without padding, overwritten.</param>
    /// <param name="targetWidth">Columns of <paramref name="target"/>, at most <paramref name="width"/>.</param>
    /// <param name="targetHeight">Rows of <paramref name="target"/>, at most <paramref name="height"/>.</param>
    public static void Average(ReadOnlySpan<byte> plane, int width, int height, Span<byte> target, int targetWidth, int targetHeight)
    {
        Require(plane, width, height, target, targetWidth, targetHeight);
        var sums = new int[targetWidth];
        for (var y = 0; y < targetHeight; y++)
        {
            int top = Start(y, height, targetHeight), bottom = Start(y + 1, height, targetHeight);
            Array.Clear(sums);
            for (var row = top; row < bottom; row++) AddRow(plane.Slice(row * width, width), sums);
            for (var x = 0; x < targetWidth; x++)
            {
                var samples = (bottom - top) * (Start(x + 1, width, targetWidth) - Start(x, width, targetWidth));
                target[y * targetWidth + x] = (byte)((sums[x] + samples / 2) / samples);
            }
        }
    }

    /// <summary>Takes for each sample the one at the middle of those that it stands for: for class maps, whose values have no mean.</summary>
    /// <param name="plane">Rows without padding.</param>
    /// <param name="width">Columns of <paramref name="plane"/>.</param>
    /// <param name="height">Rows of <paramref name="plane"/>.</param>
    /// <param name="target">Rows without padding, overwritten.</param>
    /// <param name="targetWidth">Columns of <paramref name="target"/>, at most <paramref name="width"/>.</param>
    /// <param name="targetHeight">Rows of <paramref name="target"/>, at most <paramref name="height"/>.</param>
    public static void Middle(ReadOnlySpan<byte> plane, int width, int height, Span<byte> target, int targetWidth, int targetHeight)
    {
        Require(plane, width, height, target, targetWidth, targetHeight);
        for (var y = 0; y < targetHeight; y++)
        {
            var row = plane.Slice((Start(y, height, targetHeight) + Start(y + 1, height, targetHeight)) / 2 * width, width);
            for (var x = 0; x < targetWidth; x++)
                target[y * targetWidth + x] = row[(Start(x, width, targetWidth) + Start(x + 1, width, targetWidth)) / 2];
        }
    }

    /// <summary>The size of a picture of at most so many columns, in the proportions of the original and never larger.</summary>
    public static (int Width, int Height) Fit(int width, int height, int maxWidth) =>
        width <= maxWidth ? (width, height) : (maxWidth, Math.Max(1, (int)Math.Round((double)height * maxWidth / width)));

    private static int Start(int place, int from, int to) => (int)((long)place * from / to);

    private static void AddRow(ReadOnlySpan<byte> row, int[] sums)
    {
        for (var x = 0; x < sums.Length; x++)
        {
            var sum = 0;
            foreach (var sample in row[Start(x, row.Length, sums.Length)..Start(x + 1, row.Length, sums.Length)]) sum += sample;
            sums[x] += sum;
        }
    }

    private static void Require(ReadOnlySpan<byte> plane, int width, int height, Span<byte> target, int targetWidth, int targetHeight)
    {
        if (targetWidth < 1 || targetHeight < 1 || targetWidth > width || targetHeight > height || plane.Length != width * height || target.Length != targetWidth * targetHeight)
            throw new ArgumentException($"{width}x{height} samples in {plane.Length} bytes do not become {targetWidth}x{targetHeight} in {target.Length}.");
    }
}
