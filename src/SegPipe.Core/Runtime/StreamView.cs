using SegPipe.Components;
using SegPipe.Graph;

namespace SegPipe.Runtime;

/// <summary>Where a stream is in its life.</summary>
public enum StreamPhase
{
    /// <summary>Its components are being opened.</summary>
    Starting,

    /// <summary>Frames flow, or would if its sources had some.</summary>
    Running,

    /// <summary>Asked to end; what is under way is finished.</summary>
    Stopping,

    /// <summary>At its end.</summary>
    Stopped,

    /// <summary>Ended by a failure.</summary>
    Failed,
}

/// <summary>One stream of a run, to be looked at from any thread at any time.</summary>
public sealed class StreamView
{
    private readonly StreamRun _run;

    internal StreamView(StreamRun run)
    {
        _run = run;
        Components = [.. run.Nodes.Select(n => new ComponentView(n, run))];
        Edges = [.. run.Edges];
    }

    /// <summary>What of it can be looked at, producers first; nothing unless the run was told to show it.</summary>
    public IReadOnlyList<FrameTap> Taps => [.. _run.Nodes.SelectMany(n => n.Outlets).Select(o => o.Tap).OfType<FrameTap>()];

    /// <summary>Name of the stream.</summary>
    public string Id => _run.Id;

    /// <summary>Its components and edges before anything ran.</summary>
    public PipelineGraph Graph => _run.Graph;

    /// <summary>Where it is in its life.</summary>
    public StreamPhase Phase => _run.Phase;

    /// <summary>Since when.</summary>
    public DateTimeOffset Since => _run.Since;

    /// <summary>What ended it, or null.</summary>
    public Exception? Failure => _run.State.Failure;

    /// <summary>Whether a source is live.</summary>
    public bool Live => _run.Live;

    /// <summary>Its components, producers first.</summary>
    public IReadOnlyList<ComponentView> Components { get; }

    /// <summary>Its edges, in the order of <see cref="PipelineGraph.Edges"/>' consumers.</summary>
    public IReadOnlyList<Edge> Edges { get; }
}

/// <summary>One component of a running stream.</summary>
public sealed class ComponentView
{
    private readonly Node _node;
    private readonly StreamRun _run;

    internal ComponentView(Node node, StreamRun run) => (_node, _run) = (node, run);

    /// <summary>The user's id.</summary>
    public string Id => _node.Id;

    /// <summary>Source, stage or sink.</summary>
    public ComponentKind Kind => _node.Definition.Descriptor.Kind;

    /// <summary>The word in YAML.</summary>
    public string Type => _node.Definition.Descriptor.Name;

    /// <summary>What became of its frames, and how long they took.</summary>
    public NodeCounters Counters => _node.Counters;

    /// <summary>What it says of itself.</summary>
    public ComponentStatus Status => _node.Context.Status;

    /// <summary>The edges that feed it, in the order of its inputs.</summary>
    public IReadOnlyList<Edge> Inputs => _node.Inputs;

    /// <summary>Frames put out (of the busiest output), or written.</summary>
    public long Frames => RunReporter.Frames(_node);

    /// <summary>Copies that work side by side.</summary>
    public int Workers => (_node.Definition.Options as StageOptions)?.Workers ?? 1;

    /// <summary>How it is: the word of the runtime about its stream, else its own.</summary>
    public ComponentCondition Condition => _run.Phase switch
    {
        StreamPhase.Failed when _run.State.FailedComponent == Id =>
            new(ComponentState.PermanentError, "failed", _run.State.Failure?.Message, null, _run.Since),
        StreamPhase.Failed or StreamPhase.Stopped => new(ComponentState.Stopped, null, null, null, _run.Since),
        StreamPhase.Stopping => new(ComponentState.Stopping, null, null, null, _run.Since),
        StreamPhase.Starting => Status.Condition ?? new(ComponentState.Starting, null, null, null, _run.Since),
        _ => Status.Condition ?? new(ComponentState.Ok, null, null, null, _run.Since),
    };

    internal Node Node => _node;
}
