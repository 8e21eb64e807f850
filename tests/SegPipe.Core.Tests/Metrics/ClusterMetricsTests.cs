using System.Diagnostics.Metrics;

namespace SegPipe.Metrics;

public sealed class ClusterMetricsTests
{
    [Fact]
    public void Every_measurement_has_the_labels_of_the_table_and_every_metric_is_measured()
    {
        using var metrics = new ClusterMetrics("gpu");
        metrics.Took(TimeSpan.FromSeconds(3));
        var measured = Measure(metrics, () =>
        {
            metrics.Took(TimeSpan.FromSeconds(3));
            metrics.Jobs(new Dictionary<string, int> { ["done"] = 2 });
            metrics.Queue("q");
            metrics.Lease("gate", held: true, "acquired");
        });

        Assert.Equal(ClusterMetricTable.All.Select(d => d.Name).Order(), measured.Select(m => m.Name).Distinct().Order());
        Assert.All(measured, m => Assert.Equal(ClusterMetricTable.All.Single(d => d.Name == m.Name).Labels, m.Tags.Select(t => t.Key)));
    }

    [Fact]
    public void Counts_begin_with_nothing_and_rise()
    {
        using var metrics = new ClusterMetrics("cpu") { Wanted = 2 };
        Assert.Equal(["ok", "poison", "retry", "stale"], Measure(metrics, () => { }).Where(m => m.Name == "segpipe_segments_total").Select(m => (string)m.Tags[1].Value!).Order());

        metrics.Segment("ok");
        metrics.Segment("ok");
        metrics.Connection(1);
        var half = metrics.IsConnected;
        metrics.Connection(1);
        metrics.Lease("gate", held: true, "acquired");
        metrics.Lease("gate", held: false, "lost");
        metrics.Redelivered("q");

        var measured = Measure(metrics, () => { });
        double Of(string name, string label) => measured.Single(m => m.Name == name && m.Tags.Any(t => (string?)t.Value == label)).Value;
        Assert.Equal((2, 0, 1, 1), (Of("segpipe_segments_total", "ok"), Of("segpipe_segments_total", "poison"), Of("segpipe_lease_transitions_total", "lost"), Of("segpipe_broker_redeliveries_total", "q")));
        Assert.Equal((false, 1, 0), (half, measured.Single(m => m.Name == "segpipe_broker_connected").Value, measured.Single(m => m.Name == "segpipe_lease_held").Value));
    }

    private static List<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> Measure(ClusterMetrics metrics, Action act)
    {
        List<(string, double, KeyValuePair<string, object?>[])> measured = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == metrics) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Add((instrument.Name, value, tags.ToArray())));
        listener.Start();
        act();
        listener.RecordObservableInstruments();
        return measured;
    }
}
