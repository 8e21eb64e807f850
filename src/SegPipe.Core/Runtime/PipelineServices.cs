using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SegPipe.Runtime;

/// <summary>What a run gets from outside.</summary>
public sealed record PipelineServices
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Lines for the person who watches.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Shows the run to those who watch, or null.</summary>
    public Metrics.PipelineMetrics? Metrics { get; init; }

    /// <summary>Whether pictures and class maps can be looked at while they flow.</summary>
    public bool Previews { get; init; }

    /// <summary>Whether the definition may be exchanged during the run; the models' files are hashed for it.</summary>
    public bool Reloadable { get; init; }

    /// <summary>The part of the video that is run, or null for all of it.</summary>
    public Parts.Part? Part { get; init; }

    /// <summary>Keeps models and tools from run to run, or null: then they end with the run.</summary>
    public Components.SharedResources? Shared { get; init; }

    /// <summary>Whether the pool remembers where each buffer was rented.</summary>
    public bool TraceBuffers { get; init; }
}
