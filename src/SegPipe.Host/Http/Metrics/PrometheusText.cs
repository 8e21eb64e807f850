using System.Globalization;
using System.Text;
using SegPipe.Metrics;

namespace SegPipe.Host.Http.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>Writes metrics in Prometheus' text format 0.0.4.</summary>
/// <param name="redact">Replaces secrets in the values of labels.</param>
internal sealed class PrometheusText(Func<string, string> redact)
{
    /// <summary>The format, as HTTP names it.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Endless = "+Inf";

    /// <summary>The families that have series, each under its help and type.</summary>
    public string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder(1 << 16);
        foreach (var family in families)
        {
            var series = family.Series;
            if (series.Count == 0) continue;
            var descriptor = family.Descriptor;
            text.Append($"# HELP {descriptor.Name} {Escape(descriptor.Help, quotes: false)}\n# TYPE {descriptor.Name} {descriptor.Type.ToString().ToLowerInvariant()}\n");
            foreach (var (tags, one) in series.OrderBy(s => string.Join('\n', s.Key.Select(t => t.Value)), StringComparer.Ordinal))
            {
                if (descriptor.Type == MetricType.Histogram) Histogram(text, descriptor, tags, one);
                else Line(text, descriptor.Name, tags, null, Number(one.Sum));
            }
        }
        return text.ToString();
    }

    private void Histogram(StringBuilder text, MetricDescriptor descriptor, Tag[] tags, MetricSeries series)
    {
        long below = 0;
        var buckets = series.Buckets();
        for (var i = 0; i < buckets.Length; i++)
        {
            below += buckets[i];
            Line(text, descriptor.Name + "_bucket", tags, i < descriptor.Buckets.Count ? Number(descriptor.Buckets[i]) : Endless, Number(below));
        }
        Line(text, descriptor.Name + "_sum", tags, null, Number(series.Sum));
        // Counted over the same reading of the buckets, so that it equals the last of them.
        Line(text, descriptor.Name + "_count", tags, null, Number(below));
    }

    private void Line(StringBuilder text, string name, Tag[] tags, string? bound, string value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (label, of) in tags)
        {
            text.Append(separator).Append(label).Append("=\"").Append(Escape(redact(of?.ToString() ?? ""), quotes: true)).Append('"');
            separator = ',';
        }
        if (bound is not null)
        {
            text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }
        if (separator == ',') text.Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => Endless,
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(string text, bool quotes)
    {
        if (text.AsSpan().IndexOfAny('\\', '\n', '"') < 0) return text;
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
