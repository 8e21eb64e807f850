using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>One component of one stream at run time: its wiring, its counters and its state.</summary>
internal sealed class Node
{
    public Node(ComponentDefinition definition, ComponentContext context, FramePool pool, CancellationToken abort)
    {
        Definition = definition;
        Context = context;
        Outlets = [.. definition.Descriptor.Outputs.Select(o => new Outlet(o.Name is null ? definition.Id : $"{definition.Id}.{o.Name}", pool, context.Time, abort))];
        Inputs = new Edge[(definition.Options as ConsumerOptions)?.From.Length ?? 0];
        Upstream = new Outlet[Inputs.Length];
        Counters = new(Inputs.Length, context.Part is { } part ? new(part) : null);
        if (definition.Descriptor.Live) Lag = new();
    }

    public ComponentDefinition Definition { get; }

    public ComponentContext Context { get; }

    public string Id => Definition.Id;

    public Outlet[] Outlets { get; }

    /// <summary>Edges in the order of the component's inputs, whatever the order in YAML.</summary>
    public Edge[] Inputs { get; }

    public Outlet[] Upstream { get; }

    /// <summary>Set when anything arrives at any input.</summary>
    public AsyncSignal Arrived { get; } = new();

    public NodeCounters Counters { get; }

    /// <summary>How late the frames of a live source are; null elsewhere.</summary>
    public SourceLag? Lag { get; }

    public OnError OnError => (Definition.Options as ConsumerOptions)?.OnError ?? (Context.Live || Definition.Descriptor.Network ? OnError.DropFrame : OnError.Fail);

    /// <summary>Makes the component; an error that is about an option names where it stands.</summary>
    public T Create<T>() => (T)Definition.Descriptor.Create(Definition.Options, Context);
}
