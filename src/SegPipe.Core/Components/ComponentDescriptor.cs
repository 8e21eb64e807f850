using System.Reflection;
using SegPipe.Frames;

namespace SegPipe.Components;

/// <summary>The three maps of a pipeline.</summary>
public enum ComponentKind
{
    /// <summary>An entry of <c>sources</c>.</summary>
    Source,

    /// <summary>An entry of <c>stages</c>.</summary>
    Stage,

    /// <summary>An entry of <c>sinks</c>.</summary>
    Sink,
}

/// <summary>One input of a component.</summary>
/// <param name="Accepts">The kinds that it accepts.</param>
public sealed record InputDescriptor(IReadOnlyList<PayloadKind> Accepts);

/// <summary>One output of a component.</summary>
/// <param name="Name">Name behind the dot, null for an only output.</param>
/// <param name="Kind">What it puts out.</param>
public sealed record OutputDescriptor(string? Name, PayloadKind Kind);

/// <summary>What the catalogue knows of a component.</summary>
public sealed record ComponentDescriptor
{
    /// <summary>The word in YAML.</summary>
    public required string Name { get; init; }

    /// <summary>Which map it stands in.</summary>
    public required ComponentKind Kind { get; init; }

    /// <summary>Whether it is a live source.</summary>
    public bool Live { get; init; }

    /// <summary>Whether it is a sink that gives to the network.</summary>
    public bool Network { get; init; }

    /// <summary>Frames that a stream stage may hold back.</summary>
    public int LatencyFrames { get; init; }

    /// <summary>The class.</summary>
    public required Type ComponentType { get; init; }

    /// <summary>The record of its options.</summary>
    public required Type OptionsType { get; init; }

    /// <summary>Its inputs, in the order that the component gets them.</summary>
    public required IReadOnlyList<InputDescriptor> Inputs { get; init; }

    /// <summary>Its outputs.</summary>
    public required IReadOnlyList<OutputDescriptor> Outputs { get; init; }

    /// <summary>Its one public constructor.</summary>
    public required ConstructorInfo Constructor { get; init; }

    /// <summary>Makes the component.</summary>
    /// <exception cref="SegPipeException">Its options cannot be served, for example because a model file is missing.</exception>
    public object Create(ComponentOptions options, ComponentContext context)
    {
        object[] arguments = Constructor.GetParameters().Length == 1 ? [options] : [options, context];
        return Constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
