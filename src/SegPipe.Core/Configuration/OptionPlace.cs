using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Where a record stands in the text, for what is said about it.</summary>
/// <param name="What">The record in words: <c>stage `c` (resize)</c>.</param>
/// <param name="At">Where its key stands.</param>
internal sealed record OptionPlace(string What, SourcePosition At)
{
    /// <summary>Names of the options above, with a dot behind; empty for a component's own.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Where each written option's value stands, by dotted name.</summary>
    public Dictionary<string, SourcePosition> Positions { get; init; } = [];

    /// <summary>The keys of the map around, for hints.</summary>
    public IReadOnlyList<string> Around { get; init; } = [];

    /// <summary>Keys that are read elsewhere, such as <c>type</c>.</summary>
    public IReadOnlyList<string> ReadElsewhere { get; init; } = [];

    /// <summary>The place of a record inside of this one.</summary>
    public OptionPlace Inside(string option, SourcePosition at, IReadOnlyList<string> own) =>
        this with { What = $"`{option}` of {What}", At = at, Prefix = $"{Prefix}{option}.", Around = own, ReadElsewhere = [] };
}

/// <summary>Guesses what an unknown key was meant to be.</summary>
internal static class KeyHints
{
    public static readonly string[] TopLevel = ["version", "name", "models", "sources", "stages", "sinks", "streams", "http", "limits", "log"];

    /// <summary>The end of a sentence about an unknown key, or nothing.</summary>
    public static string Clause(string key, IReadOnlyList<string> allowed, IReadOnlyList<OptionDescriptor> options, OptionPlace place, ComponentCatalog catalog)
    {
        if (Suggestion.For(key, allowed) is { } near) return $"; did you mean `{near}`?";
        if (options.FirstOrDefault(o => NestedKeys(o).Contains(key)) is { } inner) return $"; it belongs under `{inner.Name}`";
        if (place.Around.Contains(key)) return "; it belongs one level up: check the indentation";
        if (TopLevel.Contains(key)) return "; it belongs at the top level: check the indentation";
        var owner = catalog.All.FirstOrDefault(d => OptionDescriptor.Of(d.OptionsType).Any(o => o.Name == key));
        return owner is null ? "" : $"; `{owner.Name}` ({owner.Kind.Word()}) has such an option";
    }

    private static IEnumerable<string> NestedKeys(OptionDescriptor option)
    {
        var type = option.Type == typeof(EdgeOptionsSet) ? typeof(EdgeOptions) : option.Type;
        return OptionBinder.IsRecord(type) ? OptionDescriptor.Of(type).Select(o => o.Name) : [];
    }
}

/// <summary>The words for the three kinds of component.</summary>
internal static class ComponentKindWords
{
    public static string Word(this ComponentKind kind) => kind switch
    {
        ComponentKind.Source => "source",
        ComponentKind.Stage => "stage",
        _ => "sink",
    };

    /// <summary>The map that components of the kind stand in.</summary>
    public static string Map(this ComponentKind kind) => kind.Word() + "s";
}
