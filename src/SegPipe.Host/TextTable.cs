namespace SegPipe.Host;

/// <summary>Columns of text, as wide as they need to be; numbers stand to the right.</summary>
internal sealed class TextTable(params IReadOnlyList<string> titles)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>Adds a row; it may be shorter than the titles.</summary>
    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    /// <summary>The lines, the titles first; without titles only the rows.</summary>
    public IEnumerable<string> Lines()
    {
        IReadOnlyList<IReadOnlyList<string>> all = titles.Count == 0 ? _rows : [titles, .. _rows];
        var columns = all.Max(r => (int?)r.Count) ?? 0;
        var widths = Enumerable.Range(0, columns).Select(c => all.Max(r => c < r.Count ? r[c].Length : 0)).ToArray();
        var numeric = Enumerable.Range(0, columns).Select(c => _rows.Count > 0 && _rows.All(r => c >= r.Count || IsNumber(r[c]))).ToArray();
        foreach (var row in all)
            yield return string.Join("  ", row.Select((cell, c) => numeric[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd();
    }

    private static bool IsNumber(string cell) => cell.Length == 0 || cell is "-" || char.IsAsciiDigit(cell[0]) || (cell[0] == '-' && cell.Length > 1 && char.IsAsciiDigit(cell[1]));
}
