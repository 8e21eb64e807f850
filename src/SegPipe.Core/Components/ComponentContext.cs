using Microsoft.Extensions.Logging;
using SegPipe.Configuration;
using SegPipe.Parts;
using SegPipe.Processes;

namespace SegPipe.Components;

/// <summary>What a component may know of the run: handed to its constructor behind its options.</summary>
public sealed record ComponentContext
{
    /// <summary>The user's id of the component.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the stream that it belongs to.</summary>
    public required string Stream { get; init; }

    /// <summary>Whether any source above it is live: such a stream has no end, and what it writes is read meanwhile.</summary>
    public bool Live { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Lines for the person who watches; rare, never per frame.</summary>
    public required ILogger Log { get; init; }

    /// <summary>The entries of <c>models</c>.</summary>
    public required IReadOnlyDictionary<string, ModelOptions> Models { get; init; }

    /// <summary>The entries of <c>limits</c>.</summary>
    public required LimitsOptions Limits { get; init; }

    /// <summary>What the components of a run share, such as one session a model.</summary>
    public required SharedResources Shared { get; init; }

    /// <summary>Where the children of a run are registered for its report.</summary>
    public ChildUsages Children { get; init; } = new();

    /// <summary>The part of the video that is run, or null for all of it.</summary>
    public Part? Part { get; init; }

    /// <summary>What the component says of itself to those who watch: health, reconnections, bytes from and to the outside.</summary>
    public ComponentStatus Status { get; init; } = new(TimeProvider.System);

    /// <summary>How often its stream was started anew by a reload; outputs are then numbered, so that nothing is overwritten.</summary>
    public int Restarts { get; init; }

    /// <summary>Folder that outputs stay under, absolute.</summary>
    public required string OutputRoot { get; init; }
}
