namespace SegPipe.Metrics;

/// <summary>The metrics of workers, and of batches on one machine, written once.</summary>
public static class ClusterMetricTable
{
    // 1,800 s is how long RabbitMQ lets a delivery stay unacknowledged.
    private static readonly double[] SegmentSeconds = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

    internal static readonly MetricDescriptor Segments = new("segpipe_segments_total", MetricType.Counter, "Segments that a worker was given; result is ok (committed), retry (failed, tried again), poison (a dead letter) or stale (another result was there first).", ["job_class", "result"]);
    internal static readonly MetricDescriptor SegmentDuration = new("segpipe_segment_duration_seconds", MetricType.Histogram, "Time from a segment's delivery to its commit.", ["job_class"]) { Buckets = SegmentSeconds };
    internal static readonly MetricDescriptor Jobs = new("segpipe_jobs", MetricType.Gauge, "Videos of the batches below the allowed folders, by state (waiting, segments, joining, done, partial, failed); exported by the one worker whose turn it is to look for lost messages, and by batch run --http.", ["state"]);
    internal static readonly MetricDescriptor BrokerConnected = new("segpipe_broker_connected", MetricType.Gauge, "1 while a worker has all of its connections to the broker, else 0.", []);
    internal static readonly MetricDescriptor BrokerRedeliveries = new("segpipe_broker_redeliveries_total", MetricType.Counter, "Messages that another worker, or this one over an earlier connection, had before.", ["queue"]);
    internal static readonly MetricDescriptor LeaseHeld = new("segpipe_lease_held", MetricType.Gauge, "1 while a worker owns a stream, 0 while it stands by.", ["stream"]);
    internal static readonly MetricDescriptor LeaseTransitions = new("segpipe_lease_transitions_total", MetricType.Counter, "Times that a worker came to own a stream or ceased to; reason is acquired, lost (the broker said so), silent (nothing was heard of the broker), ended (the run ended) or released (the worker ends).", ["stream", "reason"]);

    /// <summary>All of them, in the order of the page.</summary>
    public static IReadOnlyList<MetricDescriptor> All { get; } = [Segments, SegmentDuration, Jobs, BrokerConnected, BrokerRedeliveries, LeaseHeld, LeaseTransitions];
}
