using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace SegPipe.Metrics;

/// <summary>The instruments of a worker. Safe to use from several threads.</summary>
public sealed class ClusterMetrics : IDisposable
{
    private static readonly string[] Results = ["ok", "retry", "poison", "stale"];

    private readonly ConcurrentDictionary<string, long> _segments = new(Results.Select(r => KeyValuePair.Create(r, 0L)));
    private readonly ConcurrentDictionary<string, long> _redeliveries = [];
    private readonly ConcurrentDictionary<string, bool> _leases = [];
    private readonly ConcurrentDictionary<(string Stream, string Reason), long> _transitions = [];
    private readonly KeyValuePair<string, object?> _class;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private Func<IReadOnlyDictionary<string, int>> _jobs = () => FrozenDictionary<string, int>.Empty;
    private int _connections;

    /// <summary>Makes the instruments.</summary>
    /// <param name="jobClass">The worker's class.</param>
    /// <param name="hasBroker">Whether there is a broker to tell of.</param>
    public ClusterMetrics(string jobClass, bool hasBroker = true)
    {
        _class = new("job_class", jobClass);
        _meter = new(new MeterOptions(PipelineMetrics.MeterName) { Scope = this });
        var duration = ClusterMetricTable.SegmentDuration;
        _duration = _meter.CreateHistogram(duration.Name, null, duration.Help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = duration.Buckets });
        Observe(ClusterMetricTable.Segments, () => _segments.Select(s => new Measurement<double>(s.Value, [_class, new("result", s.Key)])));
        Observe(ClusterMetricTable.Jobs, () => Volatile.Read(ref _jobs)().Select(j => new Measurement<double>(j.Value, [new("state", j.Key)])));
        if (!hasBroker) return;
        Observe(ClusterMetricTable.BrokerConnected, () => [new(IsConnected ? 1 : 0)]);
        Observe(ClusterMetricTable.BrokerRedeliveries, () => _redeliveries.Select(r => new Measurement<double>(r.Value, [new("queue", r.Key)])));
        Observe(ClusterMetricTable.LeaseHeld, () => _leases.Select(l => new Measurement<double>(l.Value ? 1 : 0, [new("stream", l.Key)])));
        Observe(ClusterMetricTable.LeaseTransitions, () => _transitions.Select(t => new Measurement<double>(t.Value, [new("stream", t.Key.Stream), new("reason", t.Key.Reason)])));
    }

    /// <summary>Whether all connections to the broker stand.</summary>
    public bool IsConnected => Volatile.Read(ref _connections) >= Wanted;

    /// <summary>Connections that the worker wants.</summary>
    public int Wanted { get; init; } = 2;

    /// <summary>Counts a segment by how it ended: ok, retry, poison or stale.</summary>
    public void Segment(string result) => _segments.AddOrUpdate(result, 1, (_, count) => count + 1);

    /// <summary>How many segments ended like this.</summary>
    public long SegmentsOf(string result) => _segments.GetValueOrDefault(result);

    /// <summary>Notes how long a segment took.</summary>
    public void Took(TimeSpan time) => _duration.Record(time.TotalSeconds, _class);

    /// <summary>Shows jobs by state; none where it is another worker's turn to.</summary>
    public void Jobs(IReadOnlyDictionary<string, int> byState) => Volatile.Write(ref _jobs, () => byState);

    /// <summary>Shows jobs by state as they are whenever somebody asks.</summary>
    public void Jobs(Func<IReadOnlyDictionary<string, int>> byState) => Volatile.Write(ref _jobs, byState);

    /// <summary>Counts a connection that was made (1) or lost (-1).</summary>
    public void Connection(int change) => Interlocked.Add(ref _connections, change);

    /// <summary>Shows a queue before anything came from it a second time.</summary>
    public void Queue(string queue) => _redeliveries.TryAdd(queue, 0);

    /// <summary>Counts a message that came a second time.</summary>
    public void Redelivered(string queue) => _redeliveries.AddOrUpdate(queue, 1, (_, count) => count + 1);

    /// <summary>Shows a stream that this worker stands by for.</summary>
    public void Lease(string stream) => _leases.TryAdd(stream, false);

    /// <summary>Notes that this worker owns a stream, or ceases to.</summary>
    public void Lease(string stream, bool held, string reason)
    {
        _leases[stream] = held;
        _transitions.AddOrUpdate((stream, reason), 1, (_, count) => count + 1);
    }

    /// <summary>Shows nothing any more.</summary>
    public void Dispose() => _meter.Dispose();

    private void Observe(MetricDescriptor of, Func<IEnumerable<Measurement<double>>> read)
    {
        if (of.Type == MetricType.Counter) _meter.CreateObservableCounter(of.Name, read, null, of.Help);
        else _meter.CreateObservableGauge(of.Name, read, null, of.Help);
    }
}
