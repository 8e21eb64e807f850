using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>Checks the graph of each stream. What is broken in itself is left out, so that one mistake gives one finding.</summary>
internal sealed class TopologyCheck(PipelineDraft draft, ReadSettings settings, Findings findings)
{
    private readonly ConversionSearch _conversions = new(settings.Catalog);

    public void Run()
    {
        foreach (var stream in draft.Streams)
        {
            RequireEnds(stream);
            var graph = new DraftGraph(stream, findings);
            foreach (var component in stream.Components.Where(c => c.Descriptor is not null)) CheckInputs(component, graph);
            var acyclic = CheckCycles(graph);
            var uses = new UseCheck(draft, graph, findings);
            uses.Models();
            uses.Ancestors();
            uses.UnseenPreviews();
            // Until the edges are right, a component only looks unused.
            if (graph.Complete && !draft.HasBroken && stream.Components.Any(c => c.Kind == ComponentKind.Sink)) uses.Unused();
            if (acyclic) new EdgeCheck(graph, findings).Run();
        }
        if (!draft.HasBroken) UseCheck.UnusedModels(draft, findings);
        OutputPaths.CheckCollisions(draft, settings, findings);
        new HttpCheck(draft, settings, findings).Address();
    }

    private void RequireEnds(DraftStream stream)
    {
        foreach (var kind in (ComponentKind[])[ComponentKind.Source, ComponentKind.Sink])
        {
            if (stream.Components.All(c => c.Kind != kind))
                findings.Error(ProblemCode.NothingToDo, draft.Start, $"there are no {kind.Map()}", kind == ComponentKind.Sink ? "a pipeline writes to at least one sink; `type: null` writes nothing" : PipelineText.Smallest);
        }
    }

    private void CheckInputs(DraftComponent component, DraftGraph graph)
    {
        var inputs = component.Descriptor!.Inputs;
        if (component.Broken && component.From.Count == 0) return;
        if (component.From.Count != inputs.Count)
        {
            if (inputs.Count == 0) return;
            var wanted = string.Join(" and ", inputs.Select(Kinds));
            findings.Error(ProblemCode.WrongInputCount, component.At("from"), $"{component.What} takes {Count(inputs.Count)} ({wanted}), but `from` names {component.From.Count}");
            return;
        }
        var links = graph.Into(component).OrderBy(l => l.Index).ToArray();
        if (links.Length != inputs.Count || links.Any(l => l.Output is null)) return;
        if (InputMatching.Assign(inputs, [.. links.Select(l => l.Output!.Kind)]) is { } order) Reorder(component, order);
        else Mismatch(component, inputs, links);
    }

    /// <summary>Puts <c>from</c> into the order of the component's inputs: the runtime hands frames over in that order.</summary>
    private static void Reorder(DraftComponent component, int[] order)
    {
        if (component.Options is not ConsumerOptions options) return;
        component.Options = options with { From = [.. order.Select(i => options.From[i])] };
    }

    private void Mismatch(DraftComponent component, IReadOnlyList<InputDescriptor> inputs, DraftLink[] links)
    {
        var stray = links.FirstOrDefault(l => !inputs.Any(i => i.Accepts.Contains(l.Output!.Kind))) ?? links[^1];
        var given = stray.Output!.Kind;
        var wanted = inputs.SelectMany(i => i.Accepts).Distinct().ToArray();
        var message = inputs.Count == 1
            ? $"{stray.From.What} puts out {Word(given)}, but {component.What} accepts {Kinds(inputs[0])}"
            : $"{component.What} takes {string.Join(" and ", inputs.Select(Kinds))}, but gets {string.Join(" and ", links.Select(l => Word(l.Output!.Kind)))}";
        findings.Error(ProblemCode.KindMismatch, component.AtInput(stray.Index), message, _conversions.Advice(given, wanted));
    }

    private bool CheckCycles(DraftGraph graph)
    {
        var done = new HashSet<DraftComponent>();
        var path = new List<DraftComponent>();
        var found = false;
        foreach (var component in graph.Components) Visit(component);
        return !found;

        void Visit(DraftComponent component)
        {
            if (path.IndexOf(component) is var start and >= 0)
            {
                found = true;
                var chain = path[start..].Append(component).Select(c => c.Id).Reverse();
                findings.Error(ProblemCode.Cycle, path[start].At("from"), $"these feed themselves: {string.Join(" -> ", chain)}");
                return;
            }
            if (!done.Add(component)) return;
            path.Add(component);
            foreach (var link in graph.Into(component)) Visit(link.From);
            path.RemoveAt(path.Count - 1);
        }
    }

    internal static string Word(PayloadKind kind) => SnakeCase.Of(kind.ToString());

    private static string Kinds(InputDescriptor input) => string.Join(" or ", input.Accepts.Select(Word));

    private static string Count(int inputs) => inputs == 1 ? "1 input" : $"{inputs} inputs";
}
