namespace SegPipe.Sinks;

/// <summary>
/// Run-length codes of a class map as COCO's API defines them: column by column, for each class the lengths of runs without and with it in
/// turn, each written in chunks of five bits as a printable character (cocoapi, maskApi.c, rleToString).
/// </summary>
internal sealed class ColumnRuns
{
    private const int Block = 32;
    private readonly byte[] _columns;
    private readonly int _width, _height;
    private readonly List<int>[] _counts = [.. Enumerable.Range(0, 256).Select(_ => new List<int>())];
    private readonly int[] _ends = new int[256];
    private byte[] _text = new byte[256];

    /// <summary>Prepares for maps of one size.</summary>
    public ColumnRuns(int width, int height)
    {
        (_width, _height) = (width, height);
        _columns = new byte[width * height];
    }

    /// <summary>Finds the runs of every class of a map, width × height bytes in rows.</summary>
    public void Read(ReadOnlySpan<byte> map)
    {
        Transpose(map);
        foreach (var counts in _counts) counts.Clear();
        Array.Clear(_ends);
        var rest = _columns.AsSpan();
        for (var start = 0; start < _columns.Length;)
        {
            var label = rest[0];
            var length = rest.IndexOfAnyExcept(label);
            if (length < 0) length = rest.Length;
            _counts[label].Add(start - _ends[label]);
            _counts[label].Add(length);
            start += length;
            _ends[label] = start;
            rest = rest[length..];
        }
    }

    /// <summary>Whether the map has a class.</summary>
    public bool Has(int label) => _counts[label].Count > 0;

    /// <summary>The compressed text of a class' runs, ASCII, valid until the next call.</summary>
    public ReadOnlySpan<byte> Text(int label)
    {
        var counts = _counts[label];
        if (_ends[label] < _columns.Length) counts.Add(_columns.Length - _ends[label]);
        _ends[label] = _columns.Length;
        var length = 0;
        for (var i = 0; i < counts.Count; i++)
        {
            // Differences from the run two before are small, which is what makes the text short.
            long value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
            bool more;
            do
            {
                var chunk = (int)(value & 0x1f);
                value >>= 5;
                more = (chunk & 0x10) != 0 ? value != -1 : value != 0;
                if (length == _text.Length) Array.Resize(ref _text, 2 * length);
                _text[length++] = (byte)((more ? chunk | 0x20 : chunk) + 48);
            }
            while (more);
        }
        return _text.AsSpan(0, length);
    }

    private void Transpose(ReadOnlySpan<byte> map)
    {
        for (var y0 = 0; y0 < _height; y0 += Block)
            for (var x0 = 0; x0 < _width; x0 += Block)
            {
                var (y1, x1) = (Math.Min(y0 + Block, _height), Math.Min(x0 + Block, _width));
                for (var y = y0; y < y1; y++)
                    for (var x = x0; x < x1; x++)
                        _columns[x * _height + y] = map[y * _width + x];
            }
    }
}
