using SegPipe.Components;
using SegPipe.Configuration;

namespace SegPipe.Graph;

/// <summary>What only the wired graph shows to be wrong.</summary>
public static class GraphChecks
{
    /// <summary>
    /// A combine whose branch holds frames back, behind a place that loses frames, would wait for partners that the held-back
    /// frames' successors can no longer push out.
    /// </summary>
    public static IEnumerable<PipelineProblem> Check(PipelineGraph graph)
    {
        foreach (var combine in graph.Order.Where(c => c.Descriptor.Inputs.Count > 1))
        {
            foreach (var late in Above(graph, combine).Where(c => c.LatencyFrames > 0))
            {
                if (Losing(graph, late) is not { } loss) continue;
                yield return new(
                    Severity.Error,
                    ProblemCode.LossBehindLatency.Id,
                    combine.PositionOf("from"),
                    $"'{late.Id}' holds frames back and {loss}, so '{combine.Id}' could wait for ever for a partner",
                    $"make the edges above '{late.Id}' wait, or do not combine what it puts out");
            }
        }
    }

    private static string? Losing(PipelineGraph graph, ComponentDefinition late)
    {
        foreach (var component in Above(graph, late).Append(late))
        {
            if (component != late && component.Options is ConsumerOptions { OnError: OnError.DropFrame }) return $"'{component.Id}' above it may drop frames";
            var lossy = graph.Edges.FirstOrDefault(e => e.To == component && e.Policy.Lossy && e.Kind != Frames.PayloadKind.Packets);
            if (lossy is not null) return $"the edge from '{lossy.FromName}' above it may drop frames";
        }
        return null;
    }

    private static IEnumerable<ComponentDefinition> Above(PipelineGraph graph, ComponentDefinition component) =>
        graph.Edges.Where(e => e.To == component).SelectMany(e => Above(graph, e.From).Append(e.From)).Distinct();
}
