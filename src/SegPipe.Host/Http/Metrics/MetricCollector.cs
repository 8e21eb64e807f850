using System.Diagnostics.Metrics;
using SegPipe.Metrics;

namespace SegPipe.Host.Http.Metrics;

/// <summary>Listens to the instruments of one <see cref="PipelineMetrics"/>, of a worker, and to .NET's own, and writes what they measured.</summary>
internal sealed class MetricCollector : IDisposable
{
    private readonly Lock _gate = new();
    private readonly object[] _scopes;
    private readonly PrometheusText _text;
    private readonly Dictionary<string, MetricFamily> _families = [];
    private readonly MeterListener _listener = new();

    /// <summary>Begins to listen.</summary>
    public MetricCollector(PipelineMetrics metrics, PrometheusText text, ClusterMetrics? cluster = null)
    {
        (_scopes, _text) = (cluster is null ? [metrics] : [metrics, cluster], text);
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        _listener.Start();
    }

    /// <summary>Everything now, in Prometheus' text format.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (var family in _families.Values) family.Begin();
            _listener.RecordObservableInstruments();
            return _text.Write(MetricTable.All.Select(d => _families.GetValueOrDefault(d.Name)).OfType<MetricFamily>());
        }
    }

    /// <summary>Drops what was recorded for a stream that is gone for good.</summary>
    public void Forget(string pipeline, string stream)
    {
        lock (_gate)
        {
            foreach (var family in _families.Values)
                family.Forget(tags => tags.Contains(new("pipeline", pipeline)) && tags.Contains(new("stream", stream)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        var descriptor = instrument.Meter.Name switch
        {
            PipelineMetrics.MeterName when _scopes.Contains(instrument.Meter.Scope) => MetricTable.All.Single(d => d.Name == instrument.Name),
            DotnetMetricTable.MeterName => DotnetMetricTable.All.FirstOrDefault(d => d.Origin == instrument.Name),
            _ => null,
        };
        if (descriptor is null) return;
        var family = new MetricFamily(descriptor, instrument.IsObservable);
        lock (_gate) _families[descriptor.Name] = family;
        listener.EnableMeasurementEvents(instrument, family);
    }
}
