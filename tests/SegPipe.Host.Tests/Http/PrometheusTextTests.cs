using SegPipe.Host.Http.Metrics;
using SegPipe.Metrics;

namespace SegPipe.Host.Tests.Http;

public sealed class PrometheusTextTests
{
    private readonly PrometheusText _text = new(text => text.Replace("hunter2", "***", StringComparison.Ordinal));

    [Fact]
    public void Labels_and_help_are_escaped_and_secrets_replaced()
    {
        var family = new MetricFamily(new("a_bytes", MetricType.Gauge, "First\nsecond \\ third.", ["x"]), observable: true);
        family.Add(1.5, [new("x", "say \"hi\"\n\\ hunter2")]);

        var text = _text.Write([family]);

        Assert.Equal("# HELP a_bytes First\\nsecond \\\\ third.\n# TYPE a_bytes gauge\na_bytes{x=\"say \\\"hi\\\"\\n\\\\ ***\"} 1.5\n", text);
    }

    [Fact]
    public void A_bound_belongs_to_its_bucket_and_buckets_are_summed_up()
    {
        var family = new MetricFamily(new("a_seconds", MetricType.Histogram, "Help.", []) { Buckets = [0.0333, 1] }, observable: false);
        foreach (var value in (double[])[0.0333, 0.03330001, 1, 7]) family.Add(value, []);

        var text = _text.Write([family]);

        Assert.Contains("a_seconds_bucket{le=\"0.0333\"} 1\na_seconds_bucket{le=\"1\"} 3\na_seconds_bucket{le=\"+Inf\"} 4\na_seconds_sum 8.06660001\na_seconds_count 4\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Observed_series_that_are_gone_are_gone_and_twins_are_summed()
    {
        var family = new MetricFamily(new("a_total", MetricType.Counter, "Help.", ["x"]), observable: true);
        family.Add(1, [new("x", "old")]);
        family.Begin();
        family.Add(2, [new("x", "new")]);
        family.Add(3, [new("x", "new")]);

        Assert.Equal("# HELP a_total Help.\n# TYPE a_total counter\na_total{x=\"new\"} 5\n", _text.Write([family]));
    }

    [Fact]
    public async Task Series_can_be_written_while_new_ones_are_recorded()
    {
        const int series = 20_000;
        var family = new MetricFamily(new("a_seconds", MetricType.Histogram, "Help.", ["x"]) { Buckets = [1] }, observable: false);

        var recording = Task.Run(() =>
        {
            for (var i = 0; i < series; i++) family.Add(0.5, [new("x", i)]);
        });
        while (!recording.IsCompleted) _text.Write([family]);
        await recording;

        Assert.Equal(series, family.Series.Count);
    }

    [Fact]
    public void Of_the_runtimes_own_tags_those_of_the_table_are_kept()
    {
        var family = new MetricFamily(DotnetMetricTable.All.Single(d => d.Origin == "dotnet.process.cpu.time"), observable: true);
        family.Add(1, [new("noise", "a"), new("cpu.mode", "user")]);
        family.Add(2, [new("cpu.mode", "user"), new("noise", "b")]);

        Assert.EndsWith("dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"} 3\n", _text.Write([family]), StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_into_a_known_series_allocates_nothing()
    {
        var family = new MetricFamily(new("a_seconds", MetricType.Histogram, "Help.", ["x"]) { Buckets = [1] }, observable: false);
        KeyValuePair<string, object?>[] tags = [new("x", "y")];
        family.Add(0.5, tags);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++) family.Add(0.5, tags);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
