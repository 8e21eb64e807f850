using System.Text.Json.Serialization;

namespace SegPipe.Host.Watching;

/// <summary>What happened to a job.</summary>
internal abstract record JobEvent : WatchEvent
{
    /// <summary>The batch's folder.</summary>
    public required string Batch { get; init; }

    /// <summary>Name of the job.</summary>
    public required string Job { get; init; }
}

/// <summary>That a segment was committed.</summary>
internal sealed record SegmentDone : JobEvent
{
    public const string TypeName = "segment.done";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Type => TypeName;

    /// <summary>Its number.</summary>
    public required int Seg { get; init; }

    /// <summary>Pictures that went through.</summary>
    public required long Frames { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }
}

/// <summary>That a segment failed.</summary>
internal sealed record SegmentFailed : JobEvent
{
    public const string TypeName = "segment.failed";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Type => TypeName;

    /// <summary>Its number.</summary>
    public required int Seg { get; init; }

    /// <summary>Which try it was, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether it is tried again; else it is a dead letter.</summary>
    public required bool Again { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>That a job's outputs lie in place.</summary>
internal sealed record JobFinished : JobEvent
{
    public const string TypeName = "job.done";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Type => TypeName;
}

/// <summary>That a job was given up.</summary>
internal sealed record JobFailed : JobEvent
{
    public const string TypeName = "job.failed";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Type => TypeName;

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
