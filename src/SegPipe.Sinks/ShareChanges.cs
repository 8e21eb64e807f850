namespace SegPipe.Sinks;

/// <summary>Chooses the class maps that have a record: those whose shares differ from the last one's, or come so much later.</summary>
internal sealed class ShareChanges(ClassStatsOptions options)
{
    private long[]? _written;
    private double _writtenAt;

    /// <summary>Whether some maps have none.</summary>
    public bool Chooses => options.ChangePercent is not null || options.EverySeconds is not null;

    /// <summary>Forgets the last record, as where maps of another size begin.</summary>
    public void Reset() => _written = null;

    /// <summary>Whether a record is due, which is then what later ones are compared with.</summary>
    /// <param name="counts">Pixels of each class.</param>
    /// <param name="pixels">Pixels of the map.</param>
    /// <param name="time">Seconds of the stream.</param>
    public bool IsDue(ReadOnlySpan<long> counts, long pixels, double time)
    {
        if (!Chooses) return true;
        if (_written is not null && !HasChanged(_written, counts, pixels) && !(options.EverySeconds is { } most && Math.Abs(time - _writtenAt) >= most)) return false;
        _written = counts.ToArray();
        _writtenAt = time;
        return true;
    }

    private bool HasChanged(long[] before, ReadOnlySpan<long> counts, long pixels)
    {
        if (options.ChangePercent is not { } percent) return false;
        var most = percent / 100 * pixels;
        for (var id = 0; id < before.Length; id++)
            if (Math.Abs(counts[id] - before[id]) > most) return true;
        return false;
    }
}
