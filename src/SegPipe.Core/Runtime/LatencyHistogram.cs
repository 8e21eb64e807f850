namespace SegPipe.Runtime;

/// <summary>
/// Counts durations in buckets that grow by an eighth of an octave from 1 µs to over an hour, so that a percentile is right within
/// 9 %; adding costs no memory.
/// </summary>
public sealed class LatencyHistogram
{
    private const int StepsAnOctave = 8, Octaves = 32;
    private readonly long[] _counts = new long[StepsAnOctave * Octaves];
    private long _count, _totalMicroseconds;

    /// <summary>What each duration is recorded in too, for those who want other buckets.</summary>
    internal Metrics.HistogramSeries? Series { get; set; }

    /// <summary>Number of durations.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Sum of the durations.</summary>
    public TimeSpan Total => TimeSpan.FromMicroseconds(Interlocked.Read(ref _totalMicroseconds));

    /// <summary>Adds a duration; a negative one counts as none.</summary>
    public void Add(TimeSpan duration)
    {
        var microseconds = Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        var step = (int)(Math.Log2(microseconds + 1) * StepsAnOctave);
        Interlocked.Increment(ref _counts[Math.Min(step, _counts.Length - 1)]);
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _totalMicroseconds, microseconds);
        Series?.Record(Math.Max(0, duration.TotalSeconds));
    }

    /// <summary>What was counted so far, for percentiles of what comes later.</summary>
    public LatencyMark Mark() => new([.. Enumerable.Range(0, _counts.Length).Select(i => Interlocked.Read(ref _counts[i]))]);

    /// <summary>The duration that a share of the durations does not exceed, or null where there are none.</summary>
    /// <param name="share">0–1.</param>
    /// <param name="since">Leaves out what was counted before, or null for all.</param>
    public TimeSpan? Percentile(double share, LatencyMark? since = null)
    {
        var total = Count - (since?.Count ?? 0);
        if (total <= 0) return null;
        long rank = Math.Max(1, (long)Math.Ceiling(share * total)), seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += Interlocked.Read(ref _counts[i]) - (since?.Counts[i] ?? 0);
            if (seen >= rank) return TimeSpan.FromMicroseconds(Math.Pow(2, (i + 0.5) / StepsAnOctave) - 1);
        }
        return TimeSpan.FromMicroseconds(Math.Pow(2, Octaves));
    }
}

/// <summary>What a histogram had counted at some time.</summary>
public sealed class LatencyMark
{
    internal LatencyMark(long[] counts) => (Counts, Count) = (counts, counts.Sum());

    /// <summary>Number of durations.</summary>
    public long Count { get; }

    internal long[] Counts { get; }
}
