using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>A pipeline as far as it could be read: what the checks of the graph work on, so that they find their errors beside those of the text.</summary>
internal sealed class PipelineDraft
{
    public required string Name { get; init; }

    public required SourcePosition Start { get; init; }

    public required IReadOnlyDictionary<string, DraftModel> Models { get; init; }

    public required IReadOnlyList<DraftStream> Streams { get; init; }

    public required LimitsOptions Limits { get; init; }

    public required SourcePosition LimitsPosition { get; init; }

    public required HttpOptions? Http { get; init; }

    public required SourcePosition HttpPosition { get; init; }

    public required LogOptions Log { get; init; }

    /// <summary>Components over all streams that have no sound type or options.</summary>
    public bool HasBroken => Streams.Any(s => s.Components.Any(c => c.Broken));

    /// <summary>Whether everything is there that a definition needs; below the level of the environment a variable may still be open.</summary>
    public bool IsWhole => Streams.All(s => s.Components.All(c => c.Options is not null and not ConsumerOptions { From: null }));

    /// <summary>The draft as what runs; to be asked only where nothing is wrong.</summary>
    public PipelineDefinition Finish(string file, string outputRoot) => new()
    {
        Name = Name,
        File = file,
        Models = Models.ToDictionary(m => m.Key, m => m.Value.Options),
        Streams =
        [
            .. Streams.Select(s => new StreamDefinition(s.Id,
                [.. s.Components.Select(c => new ComponentDefinition(c.Id, c.Descriptor!, c.Options!, c.Position, c.Positions))])),
        ],
        Limits = Limits,
        Http = Http,
        Log = Log,
        OutputRoot = outputRoot,
    };
}

internal sealed record DraftModel(ModelOptions Options, SourcePosition Position, IReadOnlyDictionary<string, SourcePosition> Positions);

internal sealed record DraftStream(string Id, IReadOnlyList<DraftComponent> Components);

/// <summary>One component as far as it could be read.</summary>
internal sealed class DraftComponent
{
    public required string Id { get; init; }

    public required ComponentKind Kind { get; init; }

    public required SourcePosition Position { get; init; }

    /// <summary>Null where the type is missing or unknown.</summary>
    public required ComponentDescriptor? Descriptor { get; init; }

    /// <summary>Null where the type is; incomplete where <see cref="Broken"/>.</summary>
    public required ComponentOptions? Options { get; set; }

    public required IReadOnlyDictionary<string, SourcePosition> Positions { get; init; }

    /// <summary>The entries of <c>from</c> that could be read.</summary>
    public required IReadOnlyList<InputReference> From { get; set; }

    /// <summary>Whether something is wrong with the component's own text.</summary>
    public required bool Broken { get; init; }

    /// <summary>In words: <c>stage `c` (resize)</c>.</summary>
    public string What => ComponentWords.What(Kind, Id, Descriptor?.Name);

    public SourcePosition At(string option) => Positions.TryGetValue(option, out var at) ? at : Position;

    /// <summary>Where the entry of <c>from</c> stands.</summary>
    public SourcePosition AtInput(int index) => Positions.TryGetValue($"from.{index}", out var at) ? at : At("from");
}

internal static class ComponentWords
{
    public static string What(ComponentKind kind, string id, string? type) => $"{kind.Word()} `{id}`{(type is null ? "" : $" ({type})")}";
}
