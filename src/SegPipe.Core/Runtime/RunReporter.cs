namespace SegPipe.Runtime;

/// <summary>Reads the counters of a stream into records.</summary>
internal static class RunReporter
{
    public static StreamReport Report(StreamRun stream, TimeSpan elapsed, TimeProvider time) => new(
        stream.Id,
        stream.State.Failure is not null ? "failed" : stream.Aborted ? "aborted" : stream.Stopping ? "stopped" : "done",
        stream.State.Failure?.Message,
        (stream.State.Failure as SegPipeException)?.Advice,
        stream.State.FailedComponent,
        [.. stream.Nodes.Select(n => Report(n, elapsed, time))],
        [.. stream.Edges.Select(e => new EdgeReport(
            e.From, e.To, e.Kind, e.Policy.Capacity, e.Policy.WhenFull, e.Offered, e.Taken, e.DroppedFull, e.DroppedStale,
            e.DroppedKeyframe, e.DroppedShutdown, Math.Round(e.Blocked.TotalSeconds, 3)))]);

    public static StreamSnapshot Snapshot(StreamRun stream)
    {
        var sinks = stream.Nodes.Where(n => n.Outlets.Length == 0).ToList();
        return new(
            stream.Id,
            sinks.Select(s => s.Counters.Processed()).DefaultIfEmpty().Min(),
            sinks.Select(s => s.Upstream[0].KnownFormat?.FrameCount).Max(),
            stream.Edges.Sum(e => e.DroppedFull + e.DroppedStale + e.DroppedKeyframe)
                + stream.Nodes.Sum(n => Enumerable.Range(0, n.Inputs.Length).Sum(i => n.Counters.Failed(i) + n.Counters.Unmatched(i))),
            [.. stream.Nodes.Select(n => (n.Id, Frames(n), Enumerable.Range(0, n.Inputs.Length).Sum(i => n.Counters.Held(i))))],
            [.. stream.Edges.Select(e => (e.From, e.To, e.Queued, e.Policy.Capacity))]);
    }

    private static ComponentReport Report(Node node, TimeSpan elapsed, TimeProvider time)
    {
        var c = node.Counters;
        var measured = c.Processing.Count > 0;
        return new(
            node.Id,
            node.Definition.Descriptor.Kind,
            node.Definition.Descriptor.Name,
            [.. node.Outlets.Select(o => o.Emitted)],
            [.. node.Inputs.Select((e, i) => new InputReport(e.From, e.Taken, c.Processed(i), c.Failed(i), c.Unmatched(i), c.Abandoned(i)))],
            c.NotShown,
            c.Lost,
            elapsed > TimeSpan.Zero ? Math.Round(Frames(node) / elapsed.TotalSeconds, 2) : 0,
            measured && elapsed > TimeSpan.Zero ? Math.Round(time.GetElapsedTime(0, c.BusyTicks) / elapsed, 4) : null,
            Percentiles.Of(c.Processing),
            Percentiles.Of(c.Age));
    }

    internal static long Frames(Node node) => node.Outlets.Length > 0 ? node.Outlets.Max(o => o.Emitted) : node.Counters.Processed();
}
