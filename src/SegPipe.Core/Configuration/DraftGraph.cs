using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>One edge of a draft.</summary>
/// <param name="From">Who puts out.</param>
/// <param name="Output">Which output; null where that is not known.</param>
/// <param name="To">Who is fed.</param>
/// <param name="Index">Place in the consumer's <c>from</c>.</param>
internal sealed record DraftLink(DraftComponent From, OutputDescriptor? Output, DraftComponent To, int Index);

/// <summary>One stream's components and the edges between those that exist.</summary>
internal sealed class DraftGraph
{
    private readonly ILookup<DraftComponent, DraftLink> _in;
    private readonly ILookup<DraftComponent, DraftLink> _out;
    private readonly Dictionary<string, DraftComponent> _byId = [];

    public DraftGraph(DraftStream stream, Findings findings)
    {
        Components = stream.Components;
        foreach (var component in Components) _byId.TryAdd(component.Id, component);
        Links = [.. Components.SelectMany(c => c.From.Select((reference, i) => Link(reference, c, i, findings))).OfType<DraftLink>()];
        _in = Links.ToLookup(l => l.To);
        _out = Links.ToLookup(l => l.From);
    }

    public IReadOnlyList<DraftComponent> Components { get; }

    public IReadOnlyList<DraftLink> Links { get; }

    /// <summary>Whether every entry of every <c>from</c> leads somewhere.</summary>
    public bool Complete => Links.Count == Components.Sum(c => c.From.Count);

    public DraftComponent? Find(string id) => _byId.GetValueOrDefault(id);

    public IEnumerable<DraftLink> Into(DraftComponent component) => _in[component];

    public IEnumerable<DraftLink> OutOf(DraftComponent component) => _out[component];

    /// <summary>Everything that a component is made from.</summary>
    public HashSet<DraftComponent> Ancestors(DraftComponent component)
    {
        var found = new HashSet<DraftComponent>();
        var open = new Stack<DraftComponent>([component]);
        while (open.TryPop(out var next))
        {
            foreach (var link in Into(next))
            {
                if (found.Add(link.From)) open.Push(link.From);
            }
        }
        return found;
    }

    /// <summary>The output that a reference means; a finding and null where there is none or several.</summary>
    public static OutputDescriptor? Output(InputReference reference, DraftComponent from, SourcePosition at, Findings findings)
    {
        if (from.Descriptor is not { Outputs: var outputs }) return null;
        var choice = string.Join(" or ", outputs.Where(o => o.Name is not null).Select(o => $"`{reference.Id}.{o.Name}`"));
        if (outputs.Count == 0)
        {
            findings.Error(ProblemCode.WrongOutput, at, $"{from.What} puts nothing out");
            return null;
        }
        if (reference.Output is null)
        {
            if (outputs is [var only]) return only;
            findings.Error(ProblemCode.WrongOutput, at, $"{from.What} has several outputs; write {choice}");
            return null;
        }
        if (outputs.FirstOrDefault(o => o.Name == reference.Output) is { } named) return named;
        var names = outputs.Select(o => o.Name).OfType<string>().ToArray();
        findings.Error(ProblemCode.WrongOutput, at, names.Length == 0
            ? $"{from.What} has one output only; write `{reference.Id}`"
            : $"{from.What} has no output `{reference.Output}`{Suggestion.Clause(reference.Output, names)}", names.Length == 0 ? null : $"its outputs: {choice}");
        return null;
    }

    private DraftLink? Link(InputReference reference, DraftComponent to, int index, Findings findings)
    {
        var at = to.AtInput(index);
        if (Find(reference.Id) is not { } from)
        {
            var ids = Components.Where(c => c.Kind != ComponentKind.Sink && c != to).Select(c => c.Id).ToArray();
            var advice = ids.Length == 0 ? null : $"sources and stages: {string.Join(", ", ids)}";
            findings.Error(ProblemCode.UnknownId, at, $"input `{reference.Id}` of {to.What} does not match any source or stage{Suggestion.Clause(reference.Id, ids)}", advice);
            return null;
        }
        if (from.Kind == ComponentKind.Sink)
        {
            findings.Error(ProblemCode.WrongOutput, at, $"input `{reference.Id}` of {to.What} is a sink, which puts nothing out");
            return null;
        }
        return new(from, Output(reference, from, at, findings), to, index);
    }
}
