using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Runtime;

namespace SegPipe.Metrics;

/// <summary>
/// The frames of one component by what became of them, out of the ledger's own counters: received = sent + discarded + in flight, at the
/// first input where there are several (the one that paces). What a codec has inside is in none of them until it comes out.
/// </summary>
internal readonly struct ComponentFlow(Node node)
{
    public long Received => node.Inputs is [var edge, ..] ? edge.Offered : Sent;

    public long Sent => node.Outlets.Length == 0 ? node.Counters.Processed() : node.Outlets.Sum(o => o.Emitted);

    public long InFlight => node.Inputs is [var edge, ..] ? edge.Queued + node.Counters.Held() : 0;

    public IEnumerable<(string Reason, bool Intentional, long Frames)> Discarded()
    {
        if (node.Inputs is not [var edge, ..]) yield break;
        var (counters, type) = (node.Counters, node.Definition.Descriptor.ComponentType);
        yield return ("queue_full", true, edge.DroppedFull);
        yield return ("late", true, edge.DroppedStale);
        if (edge.Kind == PayloadKind.Packets) yield return ("keyframe", true, edge.DroppedKeyframe);
        yield return ("shutdown", false, edge.DroppedShutdown + counters.Abandoned());
        yield return ("failed", false, counters.Failed());
        if (type.IsAssignableTo(typeof(ICombine))) yield return ("unmatched", false, counters.Unmatched());
        if (!type.IsAssignableTo(typeof(IStreamStage))) yield break;
        yield return ("not_shown", true, counters.NotShown);
        yield return (edge.Kind == PayloadKind.Packets ? "decode_failed" : "encode_failed", false, counters.Lost);
    }
}
