namespace SegPipe.Host.Cluster;

/// <summary>That a batch is for workers, and for which: <c>cluster.json</c> beside <c>batch.json</c>.</summary>
internal sealed record ClusterSpec
{
    /// <summary>Its name in a store.</summary>
    public const string Name = "cluster.json";

    /// <summary>The pipeline's text in a store, as it was submitted.</summary>
    public const string PipelineName = "pipeline.yaml";

    /// <summary>Version of the form.</summary>
    public int V { get; init; } = 1;

    /// <summary>The class of workers.</summary>
    public required string Class { get; init; }

    /// <summary>Whether it goes before others.</summary>
    public bool High { get; init; }

    /// <summary>The moment before which it is not begun, or null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What everything that follows from the submission is found by.</summary>
    public string? Traceparent { get; init; }
}

/// <summary>How often messages of a job's parts were lost: <c>lost.json</c>.</summary>
/// <param name="Times">By part.</param>
internal sealed record JobLosses(IReadOnlyDictionary<int, int> Times)
{
    /// <summary>Its name in a store.</summary>
    public static string Name(string job) => $"jobs/{job}/lost.json";
}
