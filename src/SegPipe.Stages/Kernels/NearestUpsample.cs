using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// Classes of cells to a class map: each pixel takes the cell that is nearest to the position which the coordinate rule gives it (the later one half-way), clamped to the
/// cells that there are. Pixels outside of what the network saw become <see cref="VimUpsamplePlan.Unseen"/>.
/// </summary>
internal sealed class NearestUpsample
{
    private readonly PictureSize _cells, _labels;
    private readonly BilinearAxis _columns, _rows;
    private readonly int[] _column, _row;

    public NearestUpsample(LogitsFormat cells, PictureSize labels)
    {
        (_cells, _labels) = (cells.Size, labels);
        var at = cells.Placement;
        _columns = BilinearAxis.OfLabels(labels.Width, cells.Size.Width, cells.InputSize.Width, at.X, at.Width, cells.Coordinates);
        _rows = BilinearAxis.OfLabels(labels.Height, cells.Size.Height, cells.InputSize.Height, at.Y, at.Height, cells.Coordinates);
        (_column, _row) = (Nearest(_columns), Nearest(_rows));
    }

    /// <summary>Fills <paramref name="labels"/> (H × W) from <paramref name="cells"/> (h × w).</summary>
    /// <exception cref="ArgumentException">A span is not of the formats' size.</exception>
    public void Run(ReadOnlySpan<byte> cells, Span<byte> labels)
    {
        var width = _labels.Width;
        if (cells.Length != _cells.Width * _cells.Height || labels.Length != width * _labels.Height)
            throw new ArgumentException($"{cells.Length} cells and {labels.Length} labels instead of {_cells} and {_labels}");

        labels[..(_rows.First * width)].Fill(VimUpsamplePlan.Unseen);
        labels[(_rows.End * width)..].Fill(VimUpsamplePlan.Unseen);
        for (var y = _rows.First; y < _rows.End; y++)
        {
            var row = labels.Slice(y * width, width);
            if (y > _rows.First && _row[y] == _row[y - 1]) labels.Slice((y - 1) * width, width).CopyTo(row);
            else FillRow(cells.Slice(_row[y] * _cells.Width, _cells.Width), row);
        }
    }

    private void FillRow(ReadOnlySpan<byte> cells, Span<byte> row)
    {
        row[.._columns.First].Fill(VimUpsamplePlan.Unseen);
        row[_columns.End..].Fill(VimUpsamplePlan.Unseen);
        for (var x = _columns.First; x < _columns.End; x++) row[x] = cells[_column[x]];
    }

    private static int[] Nearest(BilinearAxis axis) => [.. Enumerable.Range(0, axis.Length).Select(i => axis.Weight[i] < 0.5f ? axis.Low[i] : axis.High[i])];
}
