using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Host.Running;
using SegPipe.Metrics;
using SegPipe.Runtime;

namespace SegPipe.Host.Http;

/// <summary>A pipeline's graph with what goes on in it now.</summary>
/// <param name="Name">The pipeline.</param>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="Streams">Its streams; none while it is being opened.</param>
internal sealed record LiveGraph(string Name, RunPhase Phase, IReadOnlyList<LiveStream> Streams)
{
    public static LiveGraph Of(BoardEntry entry, RateSampler rates) =>
        new(entry.Name, entry.Phase, [.. (entry.Pipeline?.Streams ?? []).Select(s => LiveStream.Of(s, rates))]);
}

/// <summary>One stream.</summary>
internal sealed record LiveStream(string Id, StreamPhase Phase, DateTimeOffset Since, IReadOnlyList<LiveComponent> Components, IReadOnlyList<LiveEdge> Edges)
{
    public static LiveStream Of(StreamView stream, RateSampler rates) => new(
        stream.Id, stream.Phase, stream.Since, [.. stream.Components.Select(c => LiveComponent.Of(c, rates))], [.. stream.Edges.Select(e => LiveEdge.Of(e, rates))]);
}

/// <summary>One component.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Kind">Source, stage or sink.</param>
/// <param name="Type">The word in YAML.</param>
/// <param name="Condition">How it is.</param>
/// <param name="Frames">Frames put out or written.</param>
/// <param name="FramesPerSecond">Of the last seconds.</param>
/// <param name="Utilization">Share of the last seconds that its copies worked, 0–1; null where others work for it.</param>
/// <param name="Restarts">Times that it began anew after trouble.</param>
/// <param name="ProcessingMs">Time a frame since the start.</param>
/// <param name="AgeMs">Of sinks: age of a frame when written, since the start.</param>
internal sealed record LiveComponent(
    string Id, ComponentKind Kind, string Type, ComponentCondition Condition, long Frames, double? FramesPerSecond, double? Utilization, long Restarts,
    Percentiles? ProcessingMs, Percentiles? AgeMs)
{
    public static LiveComponent Of(ComponentView component, RateSampler rates) => new(
        component.Id, component.Kind, component.Type, component.Condition, component.Frames, rates.FramesPerSecond(component), rates.Utilization(component),
        component.Status.Restarts, Percentiles.Of(component.Counters.Processing), Percentiles.Of(component.Counters.Age));
}

/// <summary>One edge.</summary>
internal sealed record LiveEdge(
    string From, string To, PayloadKind Kind, WhenFull WhenFull, int Capacity, int Depth, long DepthBytes, double? FramesPerSecond, long Offered, long Taken,
    long DroppedFull, long DroppedStale, long DroppedKeyframe, long DroppedShutdown, double BlockedSeconds)
{
    public static LiveEdge Of(Edge edge, RateSampler rates) => new(
        edge.From, edge.To, edge.Kind, edge.Policy.WhenFull, edge.Policy.Capacity, edge.Queued, edge.QueuedBytes, rates.FramesPerSecond(edge), edge.Offered, edge.Taken,
        edge.DroppedFull, edge.DroppedStale, edge.DroppedKeyframe, edge.DroppedShutdown, edge.Blocked.TotalSeconds);
}
