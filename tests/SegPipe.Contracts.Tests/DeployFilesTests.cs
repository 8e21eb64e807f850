using System.Text.Json;
using System.Text.RegularExpressions;
using SegPipe.Metrics;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests;

public sealed partial class DeployFilesTests
{
    private static readonly string Folder = Path.Combine(SharedFolder.Repository, "deploy");

    /// <summary>All names that Prometheus sees, with the labels of each.</summary>
    private static readonly Dictionary<string, HashSet<string>> Series = MetricTable.All.SelectMany(NamesOf).ToDictionary(s => s.Name, s => s.Labels);

    [Theory]
    [InlineData("prometheus/alerts.yaml")]
    [InlineData("grafana/segpipe.json")]
    public void Every_metric_that_is_named_exists_and_has_the_labels_that_are_asked_for(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file)).Replace("\\\"", "\"", StringComparison.Ordinal);

        var named = Name().Matches(text).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, m => Assert.Contains(m.Groups["name"].Value, Series.Keys));
        foreach (var match in named)
            Assert.All(Matcher().Matches(match.Groups["matchers"].Value), m => Assert.Contains(m.Groups["label"].Value, Series[match.Groups["name"].Value]));
    }

    [Fact]
    public void The_dashboard_shows_every_metric_but_those_that_others_tell_better()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "grafana/segpipe.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        var queries = panels.Where(p => p.TryGetProperty("targets", out _)).SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!).ToList();

        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(queries, q => Assert.Equal(q.Count(c => c == '('), q.Count(c => c == ')')));
        var shown = string.Join('\n', queries);
        string[] untold =
        [
            "segpipe_build_info", "segpipe_config_last_reload_successful", "segpipe_config_last_reload_success_timestamp_seconds", "segpipe_log_lines_total",
            "segpipe_component_received_frames_total", "segpipe_component_in_flight_frames", "segpipe_component_last_frame_timestamp_seconds",
            "segpipe_component_restarts_total", "segpipe_channel_depth_bytes", "segpipe_channel_discarded_frames_total", "segpipe_frame_pool_limit_bytes",
        ];
        Assert.All(MetricTable.Own.Concat(ClusterMetricTable.All).Select(d => d.Name).Except(untold), name => Assert.Contains(name, shown, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Prometheus_accepts_the_rules_and_the_configuration()
    {
        Skip.IfNot(PrometheusServer.IsInstalled, "Prometheus is not installed (apt-get install prometheus).");

        Tool.Run("promtool", "check", "rules", Path.Combine(Folder, "prometheus/alerts.yaml"));
        Tool.Run("promtool", "check", "config", Path.Combine(Folder, "prometheus/prometheus.yaml"));
    }

    private static IEnumerable<(string Name, HashSet<string> Labels)> NamesOf(MetricDescriptor metric)
    {
        HashSet<string> labels = [.. metric.Labels];
        if (metric.Type != MetricType.Histogram) return [(metric.Name, labels)];
        return [(metric.Name + "_bucket", [.. labels, "le"]), (metric.Name + "_sum", labels), (metric.Name + "_count", labels)];
    }

    [GeneratedRegex(@"\b(?<name>(segpipe|dotnet)_[a-z0-9_]+)(\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<label>[a-z_]+)(=|!=|=~|!~)""")]
    private static partial Regex Matcher();
}
