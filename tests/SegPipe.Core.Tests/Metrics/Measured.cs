using System.Diagnostics.Metrics;

namespace SegPipe.Metrics;

/// <summary>Everything that the instruments of one <see cref="PipelineMetrics"/> say, as anybody may listen to it.</summary>
internal sealed class Measured : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> _all = [];

    public Measured(PipelineMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == metrics) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            lock (_gate) _all.Add((instrument.Name, value, tags.ToArray()));
        });
        _listener.Start();
    }

    /// <summary>Reads the observable instruments once more.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    /// <summary>The values of a metric whose tags hold all of these values.</summary>
    public IReadOnlyList<double> Of(MetricDescriptor metric, params string[] values)
    {
        lock (_gate) return [.. _all.Where(m => m.Name == metric.Name && values.All(v => m.Tags.Any(t => (string?)t.Value == v))).Select(m => m.Value)];
    }

    /// <summary>The names and label names that were measured.</summary>
    public IReadOnlyList<(string Name, string Labels)> Shapes()
    {
        lock (_gate) return [.. _all.Select(m => (m.Name, string.Join(',', m.Tags.Select(t => t.Key)))).Distinct()];
    }

    public void Dispose() => _listener.Dispose();
}
