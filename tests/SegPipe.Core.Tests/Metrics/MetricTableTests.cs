using SegPipe.Metrics;

namespace SegPipe.Core.Tests.Metrics;

/// <summary>Names, labels and buckets that dashboards and rules outside of this repository rely on.</summary>
public sealed class MetricTableTests
{
    private const string Component = "pipeline,stream,component,kind,type", Channel = "pipeline,stream,from,to";
    private const string Work = "0.0005 0.001 0.002 0.005 0.01 0.0166 0.0333 0.05 0.1 0.2 0.5 1 2", Age = "0.02 0.0333 0.05 0.1 0.15 0.2 0.3 0.5 0.75 1 2 5 10 30";

    [Theory]
    [InlineData("segpipe_build_info", MetricType.Gauge, "version,commit,dotnet")]
    [InlineData("segpipe_config_last_reload_successful", MetricType.Gauge, "")]
    [InlineData("segpipe_config_last_reload_success_timestamp_seconds", MetricType.Gauge, "")]
    [InlineData("segpipe_component_received_frames_total", MetricType.Counter, Component)]
    [InlineData("segpipe_component_sent_frames_total", MetricType.Counter, Component)]
    [InlineData("segpipe_component_discarded_frames_total", MetricType.Counter, Component + ",reason,intentional")]
    [InlineData("segpipe_component_errors_total", MetricType.Counter, Component + ",error_type,phase")]
    [InlineData("segpipe_component_processing_duration_seconds", MetricType.Histogram, Component, Work)]
    [InlineData("segpipe_component_utilization_ratio", MetricType.Gauge, Component)]
    [InlineData("segpipe_component_last_frame_timestamp_seconds", MetricType.Gauge, Component)]
    [InlineData("segpipe_component_restarts_total", MetricType.Counter, Component)]
    [InlineData("segpipe_component_healthy", MetricType.Gauge, Component)]
    [InlineData("segpipe_channel_capacity_frames", MetricType.Gauge, Channel)]
    [InlineData("segpipe_channel_depth_frames", MetricType.Gauge, Channel)]
    [InlineData("segpipe_channel_depth_bytes", MetricType.Gauge, Channel)]
    [InlineData("segpipe_channel_blocked_seconds_total", MetricType.Counter, Channel)]
    [InlineData("segpipe_frame_latency_seconds", MetricType.Histogram, "pipeline,stream,sink", Age)]
    [InlineData("segpipe_frame_pool_bytes", MetricType.Gauge, "pipeline,state")]
    [InlineData("segpipe_frame_pool_limit_bytes", MetricType.Gauge, "pipeline")]
    [InlineData("segpipe_source_connected", MetricType.Gauge, Component)]
    [InlineData("segpipe_source_reconnects_total", MetricType.Counter, Component)]
    [InlineData("segpipe_source_lag_seconds", MetricType.Gauge, Component)]
    [InlineData("segpipe_source_received_bytes_total", MetricType.Counter, Component)]
    [InlineData("segpipe_sink_written_bytes_total", MetricType.Counter, Component)]
    [InlineData("segpipe_inference_duration_seconds", MetricType.Histogram, "pipeline,model,device", Work)]
    [InlineData("segpipe_inference_batch_frames", MetricType.Histogram, "pipeline,model,device", "1 2 4 8 16 32 64")]
    [InlineData("segpipe_log_lines_total", MetricType.Counter, "level")]
    [InlineData("segpipe_mask_flicker_ratio", MetricType.Gauge, Component)]
    [InlineData("segpipe_mask_age_seconds", MetricType.Histogram, Component, Age)]
    [InlineData("segpipe_vim_classes_present", MetricType.Gauge, Component)]
    [InlineData("segpipe_vim_classes_evaluated", MetricType.Gauge, Component)]
    [InlineData("segpipe_segments_total", MetricType.Counter, "job_class,result")]
    [InlineData("segpipe_segment_duration_seconds", MetricType.Histogram, "job_class", "1 2 5 10 30 60 120 300 600 1200 1800 3600 7200")]
    [InlineData("segpipe_jobs", MetricType.Gauge, "state")]
    [InlineData("segpipe_broker_connected", MetricType.Gauge, "")]
    [InlineData("segpipe_broker_redeliveries_total", MetricType.Counter, "queue")]
    [InlineData("segpipe_lease_held", MetricType.Gauge, "stream")]
    [InlineData("segpipe_lease_transitions_total", MetricType.Counter, "stream,reason")]
    public void A_metric_keeps_its_name_type_labels_and_buckets(string name, MetricType type, string labels, string buckets = "")
    {
        var metric = MetricTable.All.Single(m => m.Name == name);

        Assert.Equal(type, metric.Type);
        Assert.Equal(labels, string.Join(',', metric.Labels));
        Assert.Equal(buckets, string.Join(' ', metric.Buckets.Select(b => b.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }
}
