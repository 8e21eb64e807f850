using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Runtime;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>Resident memory of 1, 4 and 16 streams of a clip over one model, the children's by themselves, and what a stream more costs.</summary>
internal static class MemoryOfStreams
{
    private const string Yaml = """
        version: 1
        limits: { memory: BUDGET }
        streams: { STREAMS }
        models: { street: { path: MODEL } }
        sources: { drive: { type: video_file, path: CLIP, end: SECONDS } }
        stages:
          picture: { type: decode, from: drive }
          small:   { type: resize, from: picture, model: street }
          logits:  { type: infer, from: small, model: street }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels] }
        sinks: { none: { type: null, from: overlay } }
        """;

    private const double MiB = 1 << 20;

    private static readonly int[] Counts = [1, 4, 16];

    /// <summary>Runs each number of streams for so many seconds of the clip, then asks for the most with half of the memory that they took, and prints what was seen.</summary>
    /// <returns>0, or 1 where a frame pool held more than its budget, or took a run that could have exceeded it.</returns>
    public static async Task<int> RunAsync(string clip, double seconds, TextWriter output)
    {
        await output.WriteLineAsync("| streams | budget | frame pool at most | segpipe resident | children resident | all |");
        await output.WriteLineAsync("|--:|--:|--:|--:|--:|--:|");
        // What is loaded and compiled once belongs to no stream.
        _ = await MeasureAsync(clip, seconds, 1, "8GiB");
        var rows = new List<Row>();
        foreach (var count in Counts) rows.Add(await PrintedAsync(clip, seconds, count, "8GiB", output));
        var refusal = await RefusalAsync(clip, seconds, Counts[^1], $"{(long)(rows[^1].Pool / MiB / 2)}MiB");
        var culture = CultureInfo.InvariantCulture;
        foreach (var (name, value) in ((string, Func<Row, double>)[])[("frame pool", r => r.Pool), ("segpipe", r => r.Own), ("children", r => r.Children), ("all", r => r.Own + r.Children)])
        {
            var (slope, start, worst) = Line([.. rows.Select(r => (double)r.Streams)], [.. rows.Select(r => value(r) / MiB)]);
            await output.WriteLineAsync(string.Create(culture, $"{name}: {start:0} MiB and {slope:0.0} MiB a stream (least squares; {worst:0} MiB off at most)"));
        }

        var kept = rows.TrueForAll(r => r.Pool <= r.Budget) && refusal is not null;
        await output.WriteLineAsync($"limits.memory: {(kept ? "kept" : "NOT KEPT")}; with half of what {Counts[^1]} streams took: {refusal ?? "they ran"}");
        return kept ? 0 : 1;
    }

    private static async Task<string?> RefusalAsync(string clip, double seconds, int streams, string budget)
    {
        try
        {
            var row = await MeasureAsync(clip, seconds, streams, budget);
            return row.Pool <= row.Budget ? $"held to {row.Pool / MiB:0} MiB" : null;
        }
        catch (SegPipeException e)
        {
            return $"refused ({e.Message})";
        }
    }

    private static async Task<Row> PrintedAsync(string clip, double seconds, int streams, string budget, TextWriter output)
    {
        var row = await MeasureAsync(clip, seconds, streams, budget);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"| {row.Streams} | {row.Budget / MiB:0} MiB | {row.Pool / MiB:0} MiB | {row.Own / MiB:0} MiB | {row.Children / MiB:0} MiB | {(row.Own + row.Children) / MiB:0} MiB |"));
        return row;
    }

    private static async Task<Row> MeasureAsync(string clip, double seconds, int streams, string budget)
    {
        var yaml = Yaml.Replace("BUDGET", budget, StringComparison.Ordinal)
            .Replace("STREAMS", string.Join(", ", Enumerable.Range(1, streams).Select(i => $"s{i:00}: {{}}")), StringComparison.Ordinal)
            .Replace("MODEL", Home.Asset("street-tiny.onnx"), StringComparison.Ordinal)
            .Replace("CLIP", Path.GetFullPath(clip), StringComparison.Ordinal)
            .Replace("SECONDS", seconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var read = PipelineReader.Read(new("memory.yaml", yaml), new() { Catalog = Host.BuildComponents.CatalogWith(typeof(MemoryOfStreams).Assembly) });
        await using var pipeline = new Pipeline(read.Definition ?? throw new InvalidOperationException(string.Join("; ", read.Problems)), new());
        await pipeline.OpenAsync(default);
        using var peak = new ResidentPeak(TimeSpan.FromMilliseconds(100));
        var report = await pipeline.RunAsync(default, default);
        return report.ExitCode == ExitCode.Done
            ? new(streams, report.PoolLimitBytes, report.PoolPeakBytes, peak.Own, peak.Children)
            : throw new InvalidOperationException(report.Error);
    }

    private static (double Slope, double Start, double Worst) Line(double[] x, double[] y)
    {
        double meanX = x.Average(), meanY = y.Average();
        var slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
        var start = meanY - slope * meanX;
        return (slope, start, x.Zip(y, (a, b) => Math.Abs(b - start - slope * a)).Max());
    }

    private sealed record Row(int Streams, long Budget, long Pool, long Own, long Children);
}
