using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Runtime;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>
/// The age of a camera's overlays when inference is ten times too slow for it, against the same graph with one that takes no time:
/// the promise is p99 &lt; 1.5 × (p50 unloaded + one frame interval).
/// </summary>
internal static class Overload
{
    private const string Yaml = """
        version: 1
        sources:
          cam: { type: rtsp, url: "URL" }
        stages:
          picture: { type: decode, from: cam, threads: THREADS }
          small:   { type: resize, from: picture, width: 1024, height: 512 }
          logits:  { type: delayed_model, from: small, delay_ms: DELAY }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels], when_missing: hold }
          video:   { type: encode, from: overlay, preset: ultrafast, threads: THREADS }
        sinks:
          seen:    { type: ages, from: video, skip: 100 }
        """;

    /// <summary>Runs the graph twice and prints what the sinks saw.</summary>
    public static async Task RunAsync(string url, double fps, double seconds, TextWriter output)
    {
        var interval = 1000 / fps;
        var easy = await MeasureAsync(url, 0, seconds);
        var hard = await MeasureAsync(url, (int)(10 * interval), seconds);
        output.WriteLine("| inference | overlays a second | age p50 | p95 | p99 | dropped before inference | frame pool |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        Print("none", easy, output);
        Print(string.Create(CultureInfo.InvariantCulture, $"{10 * interval:0} ms"), hard, output);
        var bound = 1.5 * (easy.Ages[0.5] + interval);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"promise: p99 {hard.Ages[0.99]:0.0} ms < {bound:0.0} ms"));
    }

    private static void Print(string inference, Measurement measured, TextWriter output)
    {
        var (ages, report) = measured;
        var stream = report.Streams[0];
        var (sink, into) = (stream.Components.Single(c => c.Id == "seen"), stream.Edges.Single(e => e.To == "logits"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {inference} | {sink.FramesPerSecond:0.0} | {ages[0.5]:0.0} ms | {ages[0.95]:0.0} ms | {ages[0.99]:0.0} ms | {into.DroppedFull} of {into.Offered} | {report.PoolPeakBytes / 1048576.0:0} MiB |"));
        foreach (var edge in stream.Edges.Where(e => e.To != "logits" && e.DroppedFull + e.DroppedStale + e.DroppedKeyframe > 0))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"also dropped at {edge.From} → {edge.To}: {edge.DroppedFull} full, {edge.DroppedStale} stale, {edge.DroppedKeyframe} up to a key packet"));
    }

    private static async Task<Measurement> MeasureAsync(string url, int delayMs, double seconds)
    {
        var yaml = Yaml.Replace("URL", url, StringComparison.Ordinal)
            .Replace("DELAY", $"{delayMs}", StringComparison.Ordinal).Replace("THREADS", $"{Environment.ProcessorCount}", StringComparison.Ordinal);
        var catalog = Host.BuildComponents.CatalogWith(typeof(DelayedModelStage).Assembly);
        var read = PipelineReader.Read(new("overload.yaml", yaml), new() { Catalog = catalog });
        await using var pipeline = new Pipeline(read.Definition ?? throw new InvalidOperationException(string.Join("; ", read.Problems)), new());
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await pipeline.OpenAsync(default);
        var report = await pipeline.RunAsync(stop.Token, default);
        var ages = pipeline.Shared.GetOrAdd("ages", () => new Ages());
        return report.ExitCode == ExitCode.Done && ages.Milliseconds.Count > 0 ? new(ages, report) : throw new InvalidOperationException(report.Error ?? "The camera gave nothing.");
    }

    private sealed record Measurement(Ages Ages, RunReport Report);
}
