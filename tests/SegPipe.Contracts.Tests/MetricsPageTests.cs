using System.Text.RegularExpressions;
using SegPipe.Metrics;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests;

public sealed partial class MetricsPageTests
{
    private const string Renew = "SEGPIPE_WRITE_DOCS";

    [Fact]
    public void The_page_in_docs_is_what_the_table_says()
    {
        var file = Path.Combine(SharedFolder.Repository, "docs", "metrics.md");
        var page = MetricsDocs.Write();
        if (Environment.GetEnvironmentVariable(Renew) == "1") File.WriteAllText(file, page);

        var same = File.Exists(file) && File.ReadAllText(file) == page;

        Assert.True(same, $"docs/metrics.md is out of date. Write it anew by: {Renew}=1 dotnet test tests/SegPipe.Contracts.Tests --filter MetricsPageTests");
    }

    [Fact]
    public void Names_and_labels_are_words_and_none_stands_twice()
    {
        Assert.Equal(MetricTable.All.Count, MetricTable.All.Select(d => d.Name).Distinct().Count());
        Assert.All(MetricTable.All, d => Assert.Matches(Word(), d.Name));
        Assert.All(MetricTable.All.SelectMany(d => d.Labels), l => Assert.Matches(Word(), l));
        Assert.All(MetricTable.All, d => Assert.Equal(d.Type == MetricType.Counter, d.Name.EndsWith("_total", StringComparison.Ordinal)));
        Assert.All(MetricTable.All.Where(d => d.Type == MetricType.Histogram), d => Assert.Equal(d.Buckets.Order(), d.Buckets));
        Assert.All(MetricTable.All, d => Assert.EndsWith(".", d.Help, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_else_makes_instruments()
    {
        var makers = Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => Maker().IsMatch(File.ReadAllText(f))).Select(Path.GetFileName);

        Assert.Equal(["ClusterMetrics.cs", "PipelineMetrics.cs"], makers.Order());
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*[a-z0-9]$")]
    private static partial Regex Word();

    [GeneratedRegex(@"\.Create(Observable)?(Counter|Gauge|Histogram|UpDownCounter)\b|new Meter\(")]
    private static partial Regex Maker();
}
