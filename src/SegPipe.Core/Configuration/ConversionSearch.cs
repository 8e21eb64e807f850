using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>Finds the stages that lead from one kind of payload to another, for advice.</summary>
internal sealed class ConversionSearch(ComponentCatalog catalog)
{
    /// <summary>What to put between, or null where nothing leads there.</summary>
    public string? Advice(PayloadKind given, IReadOnlyList<PayloadKind> wanted)
    {
        var open = new Queue<(PayloadKind Kind, string[] Stages)>([(given, [])]);
        var seen = new HashSet<PayloadKind> { given };
        while (open.TryDequeue(out var next))
        {
            if (next.Stages.Length > 0 && wanted.Contains(next.Kind)) return Sentence(next.Stages);
            foreach (var stage in catalog.All.Where(d => d.Kind == ComponentKind.Stage && d.Inputs.Any(i => i.Accepts.Contains(next.Kind))))
            {
                foreach (var output in stage.Outputs.Where(o => seen.Add(o.Kind))) open.Enqueue((output.Kind, [.. next.Stages, stage.Name]));
            }
        }
        return null;
    }

    private static string Sentence(string[] stages) => stages.Length == 1
        ? $"put a stage of type `{stages[0]}` between"
        : $"put stages of types {string.Join(" and then ", stages.Select(s => $"`{s}`"))} between";
}
