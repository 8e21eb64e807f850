namespace SegPipe.Metrics;

/// <summary>
/// Every metric of pipelines, written once: the instruments, the page in docs, and the tests of the dashboard and the alert rules come from here.
/// </summary>
public static class MetricTable
{
    private static readonly string[] Component = ["pipeline", "stream", "component", "kind", "type"];
    private static readonly string[] Channel = ["pipeline", "stream", "from", "to"];
    private static readonly double[] FrameSeconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.0166, 0.0333, 0.05, 0.1, 0.2, 0.5, 1, 2];
    private static readonly double[] AgeSeconds = [0.02, 0.0333, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30];
    private static readonly double[] BatchFrames = [1, 2, 4, 8, 16, 32, 64];

    internal static readonly MetricDescriptor BuildInfo = Gauge("segpipe_build_info", "Always 1; the labels tell what runs.", "version", "commit", "dotnet");
    internal static readonly MetricDescriptor ReloadSuccessful = Gauge("segpipe_config_last_reload_successful", "1 if the last reading of the configuration was taken over, else 0.");
    internal static readonly MetricDescriptor ReloadTimestamp = Gauge("segpipe_config_last_reload_success_timestamp_seconds", "Unix time at which a configuration was taken over last.");
    internal static readonly MetricDescriptor LogLines = Counter("segpipe_log_lines_total", "Log lines, those counted instead of shown included.", "level");

    internal static readonly MetricDescriptor Received = Counter("segpipe_component_received_frames_total", "Frames offered to a component (its first input where it has several); of a source, frames that came in. Received = sent + discarded + in flight.", Component);
    internal static readonly MetricDescriptor Sent = Counter("segpipe_component_sent_frames_total", "Frames that a component put out, or a sink wrote.", Component);
    internal static readonly MetricDescriptor Discarded = Counter("segpipe_component_discarded_frames_total", "Frames that a component did not pass on; intentional where a policy or the codec asked for it.", [.. Component, "reason", "intentional"]);
    internal static readonly MetricDescriptor InFlight = Gauge("segpipe_component_in_flight_frames", "Frames that wait for a component or are in work.", Component);
    internal static readonly MetricDescriptor Errors = Counter("segpipe_component_errors_total", "Errors of a component, also those that it got over.", [.. Component, "error_type", "phase"]);
    internal static readonly MetricDescriptor Processing = Histogram("segpipe_component_processing_duration_seconds", "Time that a component worked on a frame.", FrameSeconds, Component);
    internal static readonly MetricDescriptor Utilization = Gauge("segpipe_component_utilization_ratio", "Share of the last seconds that a component's copies worked, 0-1.", Component);
    internal static readonly MetricDescriptor LastFrame = Gauge("segpipe_component_last_frame_timestamp_seconds", "Unix time at which a component put out or wrote its last frame, 0 before the first.", Component);
    internal static readonly MetricDescriptor Restarts = Counter("segpipe_component_restarts_total", "Times that a component began anew after trouble.", Component);
    internal static readonly MetricDescriptor Healthy = Gauge("segpipe_component_healthy", "0 while a component is in trouble or has failed, else 1.", Component);

    internal static readonly MetricDescriptor ChannelCapacity = Gauge("segpipe_channel_capacity_frames", "Frames that an edge can hold.", Channel);
    internal static readonly MetricDescriptor ChannelDepth = Gauge("segpipe_channel_depth_frames", "Frames that wait on an edge.", Channel);
    internal static readonly MetricDescriptor ChannelBytes = Gauge("segpipe_channel_depth_bytes", "Bytes of the frames that wait on an edge.", Channel);
    internal static readonly MetricDescriptor ChannelBlocked = Counter("segpipe_channel_blocked_seconds_total", "Time that a producer waited for room on an edge: where it rises, backpressure starts.", Channel);
    internal static readonly MetricDescriptor ChannelDiscarded = Counter("segpipe_channel_discarded_frames_total", "Frames dropped on an edge.", [.. Channel, "reason"]);

    internal static readonly MetricDescriptor Latency = Histogram("segpipe_frame_latency_seconds", "Age of a frame, from capture, when a sink had written it.", AgeSeconds, "pipeline", "stream", "sink");
    internal static readonly MetricDescriptor PoolBytes = Gauge("segpipe_frame_pool_bytes", "Bytes of the frame pool, rented and idle.", "pipeline", "state");
    internal static readonly MetricDescriptor PoolLimit = Gauge("segpipe_frame_pool_limit_bytes", "Budget of the frame pool.", "pipeline");

    internal static readonly MetricDescriptor Connected = Gauge("segpipe_source_connected", "1 while a source has its input, else 0.", Component);
    internal static readonly MetricDescriptor Reconnects = Counter("segpipe_source_reconnects_total", "Times that a source connected anew.", Component);
    internal static readonly MetricDescriptor Missed = Counter("segpipe_source_missed_seconds_total", "Stream time that was missed between connections.", Component);
    internal static readonly MetricDescriptor Lag = Gauge("segpipe_source_lag_seconds", "How much later than at best the frames of a live source arrive, by their time stamps.", Component);
    internal static readonly MetricDescriptor ReceivedBytes = Counter("segpipe_source_received_bytes_total", "Bytes of packets that a source received.", Component);
    internal static readonly MetricDescriptor WrittenBytes = Counter("segpipe_sink_written_bytes_total", "Bytes that a sink wrote.", Component);
    internal static readonly MetricDescriptor SinkSegments = Counter("segpipe_sink_segments_total", "Files of a recording that is cut into several; result is ok (finished, and every packet counted in it) or failed.", [.. Component, "result"]);

    internal static readonly MetricDescriptor Inference = Histogram("segpipe_inference_duration_seconds", "Time of one call of a network.", FrameSeconds, "pipeline", "model", "device");
    internal static readonly MetricDescriptor Batch = Histogram("segpipe_inference_batch_frames", "Frames in one call of a network.", BatchFrames, "pipeline", "model", "device");

    internal static readonly MetricDescriptor MaskFlicker = Gauge("segpipe_mask_flicker_ratio", "Share of the newest class map's pixels whose class differs from the map before, 0-1; measured by class_stats.", Component);
    internal static readonly MetricDescriptor MaskAge = Histogram("segpipe_mask_age_seconds", "Age of the class map that a picture was coloured with, where an older one is held.", AgeSeconds, Component);
    internal static readonly MetricDescriptor ClassesPresent = Gauge("segpipe_vim_classes_present", "Classes that win at least one low-resolution cell of the newest picture.", Component);
    internal static readonly MetricDescriptor ClassesEvaluated = Gauge("segpipe_vim_classes_evaluated", "Classes that were interpolated anywhere in the newest picture.", Component);
    internal static readonly MetricDescriptor PropagateInferred = Gauge("segpipe_propagate_inferred_ratio", "Share of the pictures that propagate ran the network on, 0-1.", Component);
    internal static readonly MetricDescriptor PropagateResidual = Gauge("segpipe_propagate_residual_levels", "Mean difference of the newest picture to the last inferred one behind the motion, in levels of 0-255.", Component);
    internal static readonly MetricDescriptor PropagateLoss = Gauge("segpipe_propagate_loss_ratio", "Share of the cells of the checked pictures that propagate gave another class than inference gives them, 0-1.", Component);

    /// <summary>Our own, in the order of the page.</summary>
    public static IReadOnlyList<MetricDescriptor> Own { get; } =
    [
        .. typeof(MetricTable).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Select(f => f.GetValue(null)).OfType<MetricDescriptor>(),
    ];

    /// <summary>All of them, those of workers behind those of pipelines, those of the .NET runtime last.</summary>
    public static IReadOnlyList<MetricDescriptor> All { get; } = [.. Own, .. ClusterMetricTable.All, .. DotnetMetricTable.All];

    private static MetricDescriptor Gauge(string name, string help, params string[] labels) => new(name, MetricType.Gauge, help, labels);

    private static MetricDescriptor Counter(string name, string help, params string[] labels) => new(name, MetricType.Counter, help, labels);

    private static MetricDescriptor Histogram(string name, string help, double[] buckets, params string[] labels) =>
        new(name, MetricType.Histogram, help, labels) { Buckets = buckets };
}
