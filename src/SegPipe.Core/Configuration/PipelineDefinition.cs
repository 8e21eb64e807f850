using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>A place in a file, counted from 1.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">Line, or 0 where the place is no text but a setting such as <c>--set a.b</c>, which is then called the file.</param>
/// <param name="Column">Column, in characters.</param>
/// <param name="Length">Characters to underline, at least 1.</param>
public readonly record struct SourcePosition(string File, int Line, int Column, int Length = 1)
{
    /// <summary><c>file:line:col</c>, or what was set.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

/// <summary>A pipeline as it was written: bound, defaulted and checked, not yet wired.</summary>
public sealed record PipelineDefinition
{
    /// <summary>The entry <c>name</c>, else the file's name without extension.</summary>
    public required string Name { get; init; }

    /// <summary>The file that it was read from.</summary>
    public required string File { get; init; }

    /// <summary>The entry <c>models</c>.</summary>
    public required IReadOnlyDictionary<string, ModelOptions> Models { get; init; }

    /// <summary>The copies of the graph, one a stream; a pipeline without <c>streams</c> has one, called like the pipeline.</summary>
    public required IReadOnlyList<StreamDefinition> Streams { get; init; }

    /// <summary>The entry <c>limits</c>.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>The entry <c>http</c>, null where nothing is served.</summary>
    public HttpOptions? Http { get; init; }

    /// <summary>The entry <c>log</c>.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>Folder that outputs stay under, absolute.</summary>
    public required string OutputRoot { get; init; }
}

/// <summary>One copy of the graph.</summary>
/// <param name="Id">Id of the stream.</param>
/// <param name="Components">Sources, stages and sinks in the order of the file.</param>
public sealed record StreamDefinition(string Id, IReadOnlyList<ComponentDefinition> Components);

/// <summary>One component as it was written.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Descriptor">What it is.</param>
/// <param name="Options">Its bound options.</param>
/// <param name="Position">Where its id stands.</param>
/// <param name="OptionPositions">Where each written option's value stands, by its YAML name.</param>
public sealed record ComponentDefinition(
    string Id,
    ComponentDescriptor Descriptor,
    ComponentOptions Options,
    SourcePosition Position,
    IReadOnlyDictionary<string, SourcePosition> OptionPositions)
{
    /// <summary>Frames that it may hold back before the first comes out.</summary>
    public int LatencyFrames => Options is StageOptions stage ? stage.HeldBack(Descriptor.LatencyFrames) : Descriptor.LatencyFrames;

    /// <summary>Where an option stands, or the component where the option is not written.</summary>
    public SourcePosition PositionOf(string option) => OptionPositions.TryGetValue(option, out var position) ? position : Position;
}
