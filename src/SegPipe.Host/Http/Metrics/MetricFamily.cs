using System.Collections.Concurrent;
using SegPipe.Metrics;

namespace SegPipe.Host.Http.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>The series of one metric.</summary>
internal sealed class MetricFamily(MetricDescriptor descriptor, bool observable)
{
    private readonly ConcurrentDictionary<Tag[], MetricSeries> _series = new(TagComparer.Instance);

    public MetricDescriptor Descriptor { get; } = descriptor;

    /// <summary>The series of now by their tags.</summary>
    public IReadOnlyList<KeyValuePair<Tag[], MetricSeries>> Series => _series.ToArray();

    /// <summary>Adds a measurement; observed ones of the same tags in one round are summed.</summary>
    public void Add(double value, ReadOnlySpan<Tag> tags)
    {
        if (Descriptor.Origin is not null) tags = Kept(tags);
        // Looking up by span allocates nothing: histograms come here once a frame.
        if (!_series.GetAlternateLookup<ReadOnlySpan<Tag>>().TryGetValue(tags, out var series))
            series = _series.GetOrAdd(tags.ToArray(), _ => new(Descriptor.Buckets));
        series.Add(value);
    }

    /// <summary>Begins a round of observing: what is not observed any more is gone.</summary>
    public void Begin()
    {
        if (observable) _series.Clear();
    }

    /// <summary>Drops the series whose tags are as said.</summary>
    public void Forget(Func<Tag[], bool> which)
    {
        foreach (var tags in _series.Keys.Where(which)) _series.TryRemove(tags, out _);
    }

    private Tag[] Kept(ReadOnlySpan<Tag> tags)
    {
        var kept = new Tag[Descriptor.OriginTags.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            object? value = null;
            foreach (var tag in tags)
                if (tag.Key == Descriptor.OriginTags[i]) value = tag.Value;
            kept[i] = new(Descriptor.Labels[i], value);
        }
        return kept;
    }
}

/// <summary>One series: a number, or a histogram's buckets with their count and sum.</summary>
internal sealed class MetricSeries(IReadOnlyList<double> bounds)
{
    private readonly long[] _buckets = new long[bounds.Count + 1];
    private double _sum;

    /// <summary>The number, or a histogram's sum.</summary>
    public double Sum => Volatile.Read(ref _sum);

    /// <summary>Observations in each bucket, the endless one last.</summary>
    public long[] Buckets() => [.. _buckets.Select((_, i) => Interlocked.Read(ref _buckets[i]))];

    public void Add(double value)
    {
        // A bound belongs to its bucket: le means less or equal.
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket]) bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        double sum;
        do sum = Volatile.Read(ref _sum);
        while (Interlocked.CompareExchange(ref _sum, sum + value, sum) != sum);
    }
}
