namespace SegPipe.Metrics;

/// <summary>What a metric does over time.</summary>
public enum MetricType
{
    /// <summary>Rises only.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts in buckets, with sum and count.</summary>
    Histogram,
}

/// <summary>One metric as it is exported.</summary>
/// <param name="Name">Its name in Prometheus, which is the instrument's name too.</param>
/// <param name="Type">What it does over time.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Labels">Its labels, in order.</param>
public sealed record MetricDescriptor(string Name, MetricType Type, string Help, IReadOnlyList<string> Labels)
{
    /// <summary>Upper bounds of a histogram's buckets, rising; the last, endless one is not listed.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    /// <summary>The instrument of the runtime's meter that it is made from, null for one of our own.</summary>
    public string? Origin { get; init; }

    /// <summary>The tags of that instrument that are kept, in the order of <see cref="Labels"/>; others are summed over.</summary>
    public IReadOnlyList<string> OriginTags { get; init; } = [];
}
