using SegPipe.Components;
using SegPipe.Runtime;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Metrics;

public sealed class PipelineMetricsTests
{
    private static readonly TimeSpan Deadlock = TimeSpan.FromSeconds(30);

    private static readonly ProcessFacts Facts = new()
    {
        Version = "1.2.3",
        Commit = "abc",
        LogLines = () => [("error", 2)],
        Reload = () => (false, DateTimeOffset.UnixEpoch.AddSeconds(5)),
    };

    [Fact]
    public async Task What_a_component_received_was_sent_or_discarded_or_is_in_flight()
    {
        using var metrics = new PipelineMetrics(TimeProvider.System, Facts);
        using var measured = new Measured(metrics);
        await using var pipeline = Graph().Build(metrics: metrics);
        await RunAsync(pipeline);

        measured.Observe();

        foreach (var id in pipeline.Streams[0].Components.Select(c => c.Id))
        {
            double Sum(MetricDescriptor of) => measured.Of(of, id).Sum();
            Assert.Equal(Sum(MetricTable.Received), Sum(MetricTable.Sent) + Sum(MetricTable.Discarded) + Sum(MetricTable.InFlight));
            Assert.True(Sum(MetricTable.Received) > 0, id);
        }
    }

    [Fact]
    public async Task Every_measurement_has_the_labels_of_the_table_and_every_metric_is_measured()
    {
        using var metrics = new PipelineMetrics(TimeProvider.System, Facts);
        using var measured = new Measured(metrics);
        await using var pipeline = Graph().Build(metrics: metrics);
        InferenceRecords.Of(pipeline.Shared).Of("street", "cpu").Add(TimeSpan.FromMilliseconds(3), 2);
        pipeline.Streams[0].Components[0].Status.Note(ComponentReading.MaskFlicker, 0.5);
        pipeline.Streams[0].Components[0].Status.Note(ComponentReading.VimClassesPresent, 3);
        pipeline.Streams[0].Components[0].Status.Note(ComponentReading.VimClassesEvaluated, 2);
        pipeline.Streams[0].Components[0].Status.Note(ComponentReading.PropagateInferred, 0.5);
        pipeline.Streams[0].Components[0].Status.Note(ComponentReading.PropagateResidual, 4);
        pipeline.Streams[0].Components[0].Status.Note(ComponentReading.PropagateLoss, 0.02);
        pipeline.Streams[0].Components[0].Status.HaveSegments();
        await RunAsync(pipeline);

        measured.Observe();

        var shapes = measured.Shapes();
        Assert.All(shapes, s => Assert.Equal(string.Join(',', MetricTable.Own.Single(d => d.Name == s.Name).Labels), s.Labels));
        // Lag is a live source's, utilization a second's worth of samples old.
        Assert.Equal(["segpipe_component_utilization_ratio", "segpipe_source_lag_seconds"], MetricTable.Own.Select(d => d.Name).Except(shapes.Select(s => s.Name)).Order());
    }

    [Fact]
    public async Task Histograms_count_every_frame_as_the_runtime_does()
    {
        using var metrics = new PipelineMetrics(TimeProvider.System, Facts);
        using var measured = new Measured(metrics);
        await using var pipeline = Graph().Build(metrics: metrics);
        await RunAsync(pipeline);

        foreach (var component in pipeline.Streams[0].Components.Where(c => c.Counters.Processing.Count > 0))
            Assert.Equal(component.Counters.Processing.Count, measured.Of(MetricTable.Processing, component.Id).Count);
        long Processed(string id) => pipeline.Streams[0].Components.Single(c => c.Id == id).Counters.Processed();
        Assert.Equal(Processed("out"), measured.Of(MetricTable.Latency, "out").Count);
        Assert.Equal(Processed("joined"), measured.Of(MetricTable.MaskAge, "joined").Count);
    }

    [Fact]
    public async Task A_frame_that_fails_is_an_error_and_a_discarded_frame()
    {
        using var metrics = new PipelineMetrics(TimeProvider.System, Facts);
        using var measured = new Measured(metrics);
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = 10 })
            .Touch("work", new() { From = From("in.picture"), FailEvery = 5, OnError = OnError.DropFrame })
            .Collect("out", new() { From = From("work") })
            .Build(metrics: metrics);
        await RunAsync(pipeline);

        measured.Observe();

        Assert.Equal([2d], measured.Of(MetricTable.Discarded, "work", "failed"));
        Assert.Equal([2d], measured.Of(MetricTable.Errors, "work", "pipeline_failed", "processing"));
        Assert.Equal([0d], measured.Of(MetricTable.Errors, "work", "internal"));
    }

    [Fact]
    public async Task Beyond_a_hundred_streams_no_new_label_values_appear()
    {
        using var metrics = new PipelineMetrics(TimeProvider.System, Facts);
        using var measured = new Measured(metrics);
        var test = new TestPipeline();
        for (var i = 0; i < 102; i++) test.Source("in", new() { Frames = 1 }).Collect("out", new() { From = From("in.picture") }).EndStream($"s{i}");
        await using var pipeline = test.Build(metrics: metrics);

        measured.Observe();

        Assert.Single(measured.Of(MetricTable.ChannelCapacity, "s99"));
        Assert.Empty(measured.Of(MetricTable.ChannelCapacity, "s100"));
        Assert.Equal(2, measured.Of(MetricTable.ChannelCapacity, "other").Count);
    }

    private static TestPipeline Graph() => new TestPipeline()
        .Source("in", new() { Frames = 200 })
        .Add("codec", ComponentKind.Stage, "regroup", new RegroupOptions { From = From("in.picture"), LoseEvery = 7 })
        .Add("joined", ComponentKind.Stage, "pair", new PairOptions { From = From("codec", "in.labels"), WhenMissing = WhenMissing.Hold })
        .Collect("out", new() { From = From("joined"), Edge = Edge(WhenFull.DropOldest, 1), YieldEvery = 3 });

    private static async Task RunAsync(Pipeline pipeline)
    {
        await pipeline.OpenAsync(default);
        Assert.Empty((await pipeline.RunAsync(default, default).WaitAsync(Deadlock)).Unbalanced);
    }
}
