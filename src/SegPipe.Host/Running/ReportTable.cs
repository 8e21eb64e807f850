using SegPipe.Components;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>The report of a run as lines for people.</summary>
internal static class ReportTable
{
    /// <summary>The ledger of each stream, its components, what was dropped where, and the memory used.</summary>
    public static IEnumerable<string> Lines(RunReport report)
    {
        yield return $"{report.Pipeline}: {report.Result} in {report.ElapsedSeconds:0.0} s";
        foreach (var stream in report.Streams)
        {
            yield return $"  {Balance(stream)}";
            foreach (var line in Components(stream).Lines()) yield return "    " + line;
            foreach (var line in Drops(stream)) yield return $"    {line}";
        }
        yield return $"  memory: frame pool {Bytes(report.PoolPeakBytes)} at most (budget {Bytes(report.PoolLimitBytes)}), segpipe {Bytes(report.PeakResidentBytes)} resident at most, {report.CpuSeconds:0.0} s of processor time";
        foreach (var group in report.Children.GroupBy(c => c.Role))
            yield return $"  child {group.Key}: {group.Sum(c => c.CpuSeconds):0.0} s of processor time, {Bytes(group.Max(c => c.PeakResidentBytes))} resident at most";
        foreach (var line in report.Unbalanced) yield return $"  does not balance: {line}";
    }

    private static string Balance(StreamReport stream)
    {
        var entered = stream.Components.Where(c => c.Kind == ComponentKind.Source).Sum(c => c.Emitted.DefaultIfEmpty().Max());
        var delivered = string.Join(", ", stream.Components.Where(c => c.Kind == ComponentKind.Sink).Select(c => $"{c.Id} {c.Inputs.Sum(i => i.Processed)}"));
        var dropped = stream.Edges.Sum(e => e.DroppedFull + e.DroppedStale + e.DroppedKeyframe + e.DroppedShutdown);
        var inputs = stream.Components.SelectMany(c => c.Inputs).ToList();
        return $"stream {stream.Id}: in {entered}; delivered: {delivered}; dropped {dropped}, failed {inputs.Sum(i => i.Failed)}, unmatched {inputs.Sum(i => i.Unmatched)}, abandoned {inputs.Sum(i => i.Abandoned)}";
    }

    private static TextTable Components(StreamReport stream)
    {
        var table = new TextTable("component", "type", "in", "out", "fps", "busy", "p50 ms", "p95 ms", "p99 ms", "age p50", "age p95", "age p99");
        foreach (var c in stream.Components)
        {
            table.Add(
                c.Id,
                c.Type,
                c.Inputs.Count == 0 ? "-" : string.Join('+', c.Inputs.Select(i => i.Taken)),
                c.Emitted.Count == 0 ? "-" : string.Join('+', c.Emitted),
                $"{c.FramesPerSecond:0.0}",
                c.BusyShare is { } busy ? $"{busy * 100:0} %" : "-",
                Ms(c.ProcessingMs?.P50), Ms(c.ProcessingMs?.P95), Ms(c.ProcessingMs?.P99),
                Ms(c.AgeMs?.P50), Ms(c.AgeMs?.P95), Ms(c.AgeMs?.P99));
        }
        return table;
    }

    private static IEnumerable<string> Drops(StreamReport stream)
    {
        foreach (var e in stream.Edges)
        {
            foreach (var (count, reason) in ((long, string)[])[(e.DroppedFull, "full"), (e.DroppedStale, "too old"), (e.DroppedKeyframe, "before a key frame"), (e.DroppedShutdown, "at the end")])
                if (count > 0) yield return $"dropped between {e.From} and {e.To}: {count} ({reason})";
        }
        foreach (var c in stream.Components)
        {
            if (c.Lost > 0) yield return $"lost in {c.Id}: {c.Lost}";
            if (c.NotShown > 0) yield return $"not to be shown, in {c.Id}: {c.NotShown}";
            foreach (var i in c.Inputs)
            {
                if (i.Failed > 0) yield return $"failed in {c.Id}: {i.Failed} from {i.From}";
                if (i.Unmatched > 0) yield return $"without a partner in {c.Id}: {i.Unmatched} from {i.From}";
                if (i.Abandoned > 0) yield return $"abandoned in {c.Id}: {i.Abandoned} from {i.From}";
            }
        }
    }

    private static string Ms(double? value) => value is { } ms ? $"{ms:0.0}" : "-";

    private static string Bytes(long bytes) => bytes switch
    {
        < 1 << 20 => $"{bytes / 1024.0:0.0} KiB",
        < 1L << 30 => $"{bytes / 1048576.0:0.0} MiB",
        _ => $"{bytes / 1073741824.0:0.0} GiB",
    };
}
