using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Reads one entry of <c>sources</c>, <c>stages</c> or <c>sinks</c>.</summary>
internal sealed class ComponentBinder(ComponentCatalog catalog, Interpolation variables, OptionBinder options, Findings findings)
{
    public DraftComponent Read(ConfigEntry entry, ComponentKind kind)
    {
        var (errors, unknowns) = (findings.Reported, variables.Unknowns);
        var map = entry.Value as ConfigMap;
        var descriptor = Type(entry, map, kind);
        var place = new OptionPlace(ComponentWords.What(kind, entry.Key, descriptor?.Name), entry.KeyPosition)
        {
            ReadElsewhere = ["type"],
            Around = KeyHints.TopLevel,
        };
        var bound = descriptor is null ? null : (ComponentOptions)options.Record(entry.Value, descriptor.OptionsType, place);
        if (map?.Find("type") is { } type) place.Positions["type"] = type.Value.Position;
        var from = (bound as ConsumerOptions)?.From ?? [];
        if (descriptor is null && map?.Find("from") is { } written && kind != ComponentKind.Source) from = options.References(written, place);
        // An option that hangs on a variable of another machine is not there yet: what combines it cannot be judged.
        var broken = findings.Reported > errors || variables.Unknowns > unknowns || descriptor is null;
        if (!broken) Check(bound!, place);
        return new()
        {
            Id = entry.Key,
            Kind = kind,
            Position = entry.KeyPosition,
            Descriptor = descriptor,
            Options = bound,
            Positions = place.Positions,
            From = from,
            Broken = broken,
        };
    }

    private ComponentDescriptor? Type(ConfigEntry entry, ConfigMap? map, ComponentKind kind)
    {
        var what = ComponentWords.What(kind, entry.Key, null);
        if (map is null)
        {
            findings.Error(ProblemCode.WrongShape, entry.Value.Position, $"{what} is a map of options, but {entry.Value.Shape} stands here", "as in `{ type: ..., from: ... }`");
            return null;
        }
        if (map.Find("type") is not { } type || type.Value is ConfigScalar { IsEmpty: true })
        {
            var meant = map.Entries.FirstOrDefault(e => Suggestion.For(e.Key, ["type"]) is not null && e.Key != "type");
            findings.Error(ProblemCode.MissingOption, meant?.KeyPosition ?? entry.KeyPosition, $"{what} lacks `type`{(meant is null ? "" : $"; did you mean `type` instead of `{meant.Key}`?")}", $"types of {kind.Map()}: {string.Join(", ", catalog.Names(kind))}");
            return null;
        }
        if (type.Value is not ConfigScalar word)
        {
            findings.Error(ProblemCode.WrongShape, type.Value.Position, $"`type` of {what} is a word, but {type.Value.Shape} stands here");
            return null;
        }
        var (name, opaque) = variables.Resolve(word);
        var found = catalog.Find(kind, name);
        if (found is null && !opaque) Unknown(word, name, kind, what);
        return found;
    }

    private void Unknown(ConfigScalar word, string name, ComponentKind kind, string what)
    {
        var elsewhere = catalog.All.FirstOrDefault(d => d.Name == name && d.Kind != kind);
        var clause = elsewhere is not null ? $"; there is a {elsewhere.Kind.Word()} of that name, which belongs under `{elsewhere.Kind.Map()}`" : Suggestion.Clause(name, catalog.Names(kind));
        findings.Error(ProblemCode.UnknownType, word.Position, $"unknown type `{name}` of {what}{clause}", $"types of {kind.Map()}: {string.Join(", ", catalog.Names(kind))}");
    }

    private void Check(ComponentOptions bound, OptionPlace place)
    {
        foreach (var problem in bound.Check())
        {
            var at = place.Positions.TryGetValue(problem.Option, out var written) ? written : place.At;
            findings.Error(ProblemCode.Contradiction, at, $"{place.What}: {problem.Message}", problem.Advice);
        }
    }
}
