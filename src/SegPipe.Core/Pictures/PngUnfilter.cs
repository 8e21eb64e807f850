namespace SegPipe.Pictures;

/// <summary>Undoes PNG's row filters.</summary>
internal static class PngUnfilter
{
    /// <summary>Restores a row in place; false if the filter is not one of PNG's.</summary>
    /// <param name="filter">The row's filter.</param>
    /// <param name="row">The filtered row.</param>
    /// <param name="above">The restored row above, zeros above the first.</param>
    /// <param name="distance">Bytes of a pixel.</param>
    public static bool Apply(PngFilter filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (filter)
        {
            case PngFilter.None:
                return true;
            case PngFilter.Sub:
                for (var i = distance; i < row.Length; i++) row[i] += row[i - distance];
                return true;
            case PngFilter.Up:
                for (var i = 0; i < row.Length; i++) row[i] += above[i];
                return true;
            case PngFilter.Average:
                for (var i = 0; i < row.Length; i++) row[i] += (byte)((Left(row, i, distance) + above[i]) / 2);
                return true;
            case PngFilter.Paeth:
                for (var i = 0; i < row.Length; i++) row[i] += Predict(Left(row, i, distance), above[i], Left(above, i, distance));
                return true;
            default:
                return false;
        }
    }

    private static int Left(ReadOnlySpan<byte> row, int i, int distance) => i < distance ? 0 : row[i - distance];

    private static byte Predict(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) return (byte)left;
        return (byte)(toUp <= toCorner ? up : corner);
    }
}
