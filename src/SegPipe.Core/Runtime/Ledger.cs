using SegPipe.Components;

namespace SegPipe.Runtime;

/// <summary>The equations of section "The ledger" in docs/architecture.md, for one stream.</summary>
internal static class Ledger
{
    /// <summary>Every equation that does not hold, as a sentence; none when the books balance.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="complete">Whether the run came to its end without abort; an abort leaves what codecs had inside.</param>
    public static IReadOnlyList<string> Check(StreamRun stream, bool complete)
    {
        List<string> wrong = [];
        foreach (var node in stream.Nodes)
        {
            foreach (var outlet in node.Outlets)
                foreach (var edge in outlet.Edges)
                    Equal(wrong, $"{edge.From} → {edge.To}: offered = emitted", edge.Offered, outlet.Emitted);
            for (var i = 0; i < node.Inputs.Length; i++) CheckInput(wrong, node, i);
            CheckOutput(wrong, node, complete);
        }
        foreach (var sink in stream.Nodes.Where(n => n.Outlets.Length == 0))
            CheckPath(wrong, stream, sink, complete);
        return wrong;
    }

    private static void CheckInput(List<string> wrong, Node node, int input)
    {
        var edge = node.Inputs[input];
        var c = node.Counters;
        Equal(
            wrong,
            $"{edge.From} → {edge.To}: offered = taken + dropped + queued",
            edge.Offered,
            edge.Taken + edge.DroppedFull + edge.DroppedStale + edge.DroppedKeyframe + edge.DroppedShutdown + edge.Queued);
        Equal(
            wrong,
            $"{node.Id}: taken from {edge.From} = processed + failed + unmatched + abandoned + held",
            edge.Taken,
            c.Processed(input) + c.Failed(input) + c.Unmatched(input) + c.Abandoned(input) + c.Held(input));
    }

    private static void CheckOutput(List<string> wrong, Node node, bool complete)
    {
        if (node.Definition.Descriptor.Kind != ComponentKind.Stage) return;
        var emitted = node.Outlets[0].Emitted;
        var c = node.Counters;
        if (!node.Definition.Descriptor.ComponentType.IsAssignableTo(typeof(IStreamStage)))
            Equal(wrong, $"{node.Id}: emitted = processed", emitted, c.Processed());
        else if (complete)
            Equal(wrong, $"{node.Id}: processed = emitted + not shown + lost", c.Processed(), emitted + c.NotShown + c.Lost);
    }

    /// <summary>Follows the first input from a sink up to where its frames got their number, and adds up what was lost on the way.</summary>
    private static void CheckPath(List<string> wrong, StreamRun stream, Node sink, bool complete)
    {
        var c = sink.Counters;
        var sum = c.Processed();
        var node = sink;
        while (true)
        {
            var counters = node.Counters;
            if (node != sink) sum += counters.Lost + counters.NotShown;
            sum += counters.Failed() + counters.Unmatched() + counters.Abandoned();
            var edge = node.Inputs[0];
            sum += edge.DroppedFull + edge.DroppedStale + edge.DroppedKeyframe + edge.DroppedShutdown;
            var outlet = node.Upstream[0];
            var producer = stream.Nodes.First(n => n.Outlets.Contains(outlet));
            if (producer.Inputs.Length > 0 && !Numbers(producer))
            {
                if (!complete && producer.Definition.Descriptor.ComponentType.IsAssignableTo(typeof(IStreamStage))) return;
                node = producer;
                continue;
            }
            Equal(wrong, $"{sink.Id}: pictures of {outlet.Name} = written + everything lost on the way", outlet.Emitted, sum);
            return;
        }
    }

    /// <summary>Whether a stage gives its output numbers of its own, as a decoder does.</summary>
    private static bool Numbers(Node node) =>
        node.Definition.Descriptor.Inputs[0].Accepts is [Frames.PayloadKind.Packets];

    private static void Equal(List<string> wrong, string equation, long left, long right)
    {
        if (left != right) wrong.Add($"{equation}: {left} ≠ {right}");
    }
}
