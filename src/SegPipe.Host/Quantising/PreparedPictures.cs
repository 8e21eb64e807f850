namespace SegPipe.Host.Quantising;

/// <summary>Keeps some of many pictures, evenly spread, without knowing how many there will be: when full, every second one goes and only every second further one comes.</summary>
/// <param name="most">Largest number kept, from 1; from half of it up are left of longer inputs.</param>
internal sealed class PreparedPictures(int most)
{
    private readonly List<byte[]> _kept = [];
    private long _stride = 1, _seen;

    /// <summary>The pictures, first to last.</summary>
    public IReadOnlyList<byte[]> Kept => _kept;

    /// <summary>Shows the next picture.</summary>
    public void Add(ReadOnlySpan<byte> picture)
    {
        if (_seen++ % _stride != 0) return;
        if (_kept.Count == most)
        {
            // Without a second one there is nothing to thin out.
            if (most == 1) return;
            for (var i = _kept.Count - 1 - (_kept.Count - 1) % 2; i >= 0; i -= 2) if (i + 1 < _kept.Count) _kept.RemoveAt(i + 1);
            _stride *= 2;
            if ((_seen - 1) % _stride != 0) return;
        }

        _kept.Add(picture.ToArray());
    }
}
