using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Graph;

namespace SegPipe.Parts;

/// <summary>What a part of a pipeline's video needs beside its own pictures, so that these come out as in a run over the whole.</summary>
/// <param name="Lead">Pictures in front of the part that go through the stages.</param>
/// <param name="Tail">Pictures behind it.</param>
/// <param name="Period">Numbers of pictures matter to some stage up to multiples of this; 1 where they do not matter.</param>
public sealed record PartNeeds(int Lead, int Tail, int Period)
{
    /// <summary>The most that any path through the one stream of a pipeline needs.</summary>
    public static PartNeeds Of(PipelineDefinition definition)
    {
        var graph = new PipelineGraph(definition.Streams[0]);
        Dictionary<string, (int Lead, int Tail)> sums = [];
        var period = 1;
        foreach (var component in graph.Order)
        {
            var feeds = (component.Options as ConsumerOptions)?.From.Select(f => sums[f.Id]).ToArray() ?? [];
            var (lead, tail) = component.Options is ConsumerOptions options ? (options.Lead, options.Tail) : (0, 0);
            sums[component.Id] = (lead + feeds.Select(f => f.Lead).DefaultIfEmpty().Max(), tail + feeds.Select(f => f.Tail).DefaultIfEmpty().Max());
            if (component.Options is StageOptions stage) period = LeastCommonMultiple(period, stage.Period);
        }
        return new(sums.Values.Max(s => s.Lead), sums.Values.Max(s => s.Tail), period);
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        var (x, y) = (a, b);
        while (y != 0) (x, y) = (y, x % y);
        return a / x * b;
    }
}
