using SegPipe.Metrics;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Http;

public sealed class MetricsTests
{
    private const string NotInstalled = "Prometheus is not installed (apt-get install prometheus).";

    [SkippableFact]
    public async Task Prometheus_finds_no_fault_with_the_metrics_and_scrapes_them()
    {
        Skip.IfNot(PrometheusServer.IsInstalled, NotInstalled);
        using var folder = new TemporaryFolder();
        Segmenting(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "segmenting.yaml");
        using var prometheus = new PrometheusServer(run.Url.Authority);

        var text = await run.UntilAsync("metrics", body => body.Contains("segpipe_frame_latency_seconds_bucket", StringComparison.Ordinal));
        File.WriteAllText(folder["metrics"], text);

        Tool.Run("sh", "-c", "promtool check metrics < \"$0\"", folder["metrics"]);
        Assert.Equal([1d], (await prometheus.QueryAsync("up == 1")).Select(r => r.Value));
        Assert.True((await prometheus.QueryAsync("segpipe_component_sent_frames_total{component=\"stats\"} > 0"))[0].Value > 0);
        Assert.NotEmpty(await prometheus.QueryAsync("histogram_quantile(0.99, segpipe_component_processing_duration_seconds_bucket{component=\"labels\"})"));
    }

    [Fact]
    public async Task What_is_served_is_what_the_table_says()
    {
        using var folder = new TemporaryFolder();
        Segmenting(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "segmenting.yaml");

        var text = await run.UntilAsync("metrics", body => body.Contains("segpipe_mask_flicker_ratio", StringComparison.Ordinal) && body.Contains("segpipe_component_utilization_ratio", StringComparison.Ordinal));

        var served = text.Split('\n').Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')).ToDictionary(l => l[2], l => l[3]);
        Assert.All(served, s => Assert.Equal(MetricTable.All.Single(d => d.Name == s.Key).Type.ToString(), s.Value, ignoreCase: true));
        Assert.Subset(served.Keys.ToHashSet(), (HashSet<string>)["segpipe_vim_classes_present", "segpipe_vim_classes_evaluated", "segpipe_mask_flicker_ratio", "segpipe_mask_age_seconds", "segpipe_inference_duration_seconds"]);
        Assert.Subset(served.Keys.ToHashSet(), DotnetMetricTable.All.Select(d => d.Name).Where(n => n != "dotnet_exceptions_total").ToHashSet());
        Assert.Contains("segpipe_build_info{version=\"", text, StringComparison.Ordinal);
    }

    private static void Segmenting(string folder) => SmallPipelines.Write(folder, "segmenting.yaml", $$"""
        version: 1
        models: { street: { path: "{{Cli.InRepository("assets/street-tiny.onnx")}}", threads: 1 } }
        sources:
          clip: { type: video_file, path: "{{Cli.InRepository("assets/street.mp4")}}", pace: realtime, loop: true }
        stages:
          picture: { type: decode, from: clip }
          small: { type: resize, from: picture, model: street }
          logits: { type: infer, from: small, model: street }
          labels: { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels], palette: cityscapes, when_missing: hold }
        sinks:
          gone: { type: null, from: overlay }
          stats: { type: class_stats, from: labels, path: stats.jsonl }
        http: { listen: "127.0.0.1:0" }
        """);
}
