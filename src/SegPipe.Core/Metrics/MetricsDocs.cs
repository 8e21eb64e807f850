using System.Globalization;
using System.Text;

namespace SegPipe.Metrics;

/// <summary>Writes docs/metrics.md from the table.</summary>
public static class MetricsDocs
{
    /// <summary>The page as Markdown, ending with a new line.</summary>
    public static string Write()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        page.Append("\n## SegPipe\n\n");
        Table(page, MetricTable.Own);
        page.Append("\n## Workers\n\nOf `segpipe worker --http`; see [cluster.md](cluster.md).\n\n");
        Table(page, ClusterMetricTable.All);
        page.Append("\n## .NET\n\nFrom the runtime's own meter.\n\n");
        Table(page, DotnetMetricTable.All);
        return page.ToString();
    }

    private const string Introduction = """
        # Metrics

        Served at `/metrics` where a pipeline has `http`, in Prometheus' text format. This page is generated from the table that the instruments are made from.

        * Every series of a component has the labels `pipeline`, `stream`, `component`, `kind` (source, stage or sink) and `type` (the word in YAML). A pipeline without
          `streams` has one stream of its own name. Labels hold ids from the configuration and nothing else; beyond 100 streams a process, further ones are summed up
          as `other`.
        * `received = sent + discarded + in flight` holds for every component once its codec is empty; of a component with several inputs, `received` counts the first
          one, which paces.
        * `reason` is `queue_full`, `late` (older than `max_age_ms`), `keyframe` (packets up to the next key packet), `decode_failed`, `encode_failed`, `not_shown` (packets
          that hold no picture to be shown), `unmatched`, `failed` or `shutdown`; `intentional` tells whether a policy or the codec asked for it.
        * `error_type` is one of few words, never a text from outside. `phase` is `receiving`, `processing` or `sending`.
        * Utilization is that of the last five seconds, whoever asks and however often.
        * Histograms have a series from their first observation on; everything else stands from the beginning with 0.

        A dashboard for Grafana and alert rules for Prometheus are in `deploy/`.

        """;

    private static void Table(StringBuilder page, IEnumerable<MetricDescriptor> metrics)
    {
        page.Append("| name | type | labels | meaning |\n|---|---|---|---|\n");
        foreach (var metric in metrics)
        {
            var buckets = metric.Buckets.Count == 0 ? "" : $" Buckets: {string.Join(' ', metric.Buckets.Select(b => b.ToString(CultureInfo.InvariantCulture)))}.";
            page.Append($"| `{metric.Name}` | {metric.Type.ToString().ToLowerInvariant()} | {string.Join(", ", metric.Labels.Select(l => $"`{l}`"))} | {metric.Help}{buckets} |\n");
        }
    }
}
