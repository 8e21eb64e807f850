using System.Diagnostics.Metrics;
using SegPipe.Components;
using SegPipe.Runtime;

namespace SegPipe.Metrics;

/// <summary>
/// The instruments of pipelines. All but the histograms read the runtime's own counters when they are
/// asked; nothing is added and subtracted on the way.
/// </summary>
public sealed class PipelineMetrics : IDisposable
{
    /// <summary>Name of the meter; its scope is this object.</summary>
    public const string MeterName = "SegPipe";

    // Ids in configuration bound the label; beyond this number streams are summed up, so that no series set grows without end.
    private const int MostStreams = 100;
    private const string OtherStreams = "other";

    private readonly Lock _gate = new();
    private readonly List<Pipeline> _pipelines = [];
    private readonly HashSet<string> _streams = [];
    private readonly Meter _meter;
    private readonly ProcessFacts _facts;
    private readonly Histogram<double> _processing, _latency, _maskAge, _inference, _batch;

    /// <summary>Makes the instruments.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="facts">What the host knows.</param>
    public PipelineMetrics(TimeProvider time, ProcessFacts facts)
    {
        _facts = facts;
        _meter = new(new MeterOptions(MeterName) { Scope = this, Version = facts.Version });
        Rates = new(time, Pipelines);
        (_processing, _latency, _maskAge) = (Histogram(MetricTable.Processing), Histogram(MetricTable.Latency), Histogram(MetricTable.MaskAge));
        (_inference, _batch) = (Histogram(MetricTable.Inference), Histogram(MetricTable.Batch));
        ObserveProcess();
        ObservePools();
        ObserveComponents();
        ObserveEnds();
        ObserveChannels();
    }

    /// <summary>Frames a second and utilization of what is watched.</summary>
    public RateSampler Rates { get; }

    /// <summary>Shows a pipeline from here on.</summary>
    public void Watch(Pipeline pipeline)
    {
        lock (_gate) _pipelines.Add(pipeline);
        var name = pipeline.Name;
        InferenceRecords.Of(pipeline.Shared).Watch(record =>
        {
            KeyValuePair<string, object?>[] labels = [new("pipeline", name), new("model", record.Model), new("device", record.Device)];
            record.Duration.Series = new(_inference, labels);
            var batches = new HistogramSeries(_batch, labels);
            record.Batched = frames => batches.Record(frames);
        });
    }

    /// <summary>Shows a pipeline no more; called before its disposal.</summary>
    public void Leave(Pipeline pipeline)
    {
        lock (_gate) _pipelines.Remove(pipeline);
    }

    /// <summary>Shows a stream of a watched pipeline from here on; called before its first frame.</summary>
    internal void Watch(string pipeline, StreamRun stream)
    {
        lock (_gate)
        {
            if (_streams.Count < MostStreams) _streams.Add(stream.Id);
        }
        foreach (var node in stream.Nodes)
        {
            var labels = Labels(pipeline, stream.Id, node);
            node.Counters.Processing.Series = new(_processing, labels);
            node.Counters.MaskAge.Series = new(_maskAge, labels);
            node.Counters.Age.Series = new(_latency, [new("pipeline", pipeline), new("stream", StreamLabel(stream.Id)), new("sink", node.Id)]);
        }
    }

    /// <summary>Shows nothing any more.</summary>
    public void Dispose()
    {
        Rates.Dispose();
        _meter.Dispose();
    }

    private void ObserveProcess()
    {
        Observe(MetricTable.BuildInfo, () => [new(1, [new("version", _facts.Version), new("commit", _facts.Commit), new("dotnet", Environment.Version.ToString())])]);
        Observe(MetricTable.ReloadSuccessful, () => [new(_facts.Reload().Successful ? 1 : 0)]);
        Observe(MetricTable.ReloadTimestamp, () => [new(Seconds(_facts.Reload().TakenOver.UtcTicks))]);
        Observe(MetricTable.LogLines, () => _facts.LogLines().Select(l => new Measurement<double>(l.Lines, [new("level", l.Level)])));
    }

    private void ObservePools()
    {
        Observe(MetricTable.PoolLimit, () => Pipelines().Select(p => new Measurement<double>(p.Pool.LimitBytes, [new("pipeline", p.Name)])));
        Observe(MetricTable.PoolBytes, () => Pipelines().SelectMany(p =>
        {
            var rented = p.Pool.OutstandingBytes;
            return (Measurement<double>[])
            [
                new(rented, [new("pipeline", p.Name), new("state", "rented")]),
                new(Math.Max(0, p.Pool.AllocatedBytes - rented), [new("pipeline", p.Name), new("state", "idle")]),
            ];
        }));
    }

    private void ObserveComponents()
    {
        OfComponents(MetricTable.Received, c => new ComponentFlow(c.Node).Received);
        OfComponents(MetricTable.Sent, c => new ComponentFlow(c.Node).Sent);
        OfComponents(MetricTable.InFlight, c => new ComponentFlow(c.Node).InFlight);
        Observe(MetricTable.Discarded, () => Components().SelectMany(at => new ComponentFlow(at.Component.Node).Discarded()
            .Select(d => new Measurement<double>(d.Frames, [.. at.Labels, new("reason", d.Reason), new("intentional", d.Intentional ? "true" : "false")]))));
        Observe(MetricTable.Errors, () => Components().SelectMany(at => ErrorsOf(at.Component)
            .Select(e => new Measurement<double>(e.Errors, [.. at.Labels, new("error_type", e.Type), new("phase", Word(e.Phase))]))));
        OfComponents(MetricTable.Utilization, Rates.Utilization);
        OfComponents(MetricTable.LastFrame, c => Seconds(Math.Max(c.Counters.LastFrameTicks, c.Node.Outlets.Select(o => o.LastFrameTicks).DefaultIfEmpty().Max())));
        OfComponents(MetricTable.Restarts, c => c.Status.Restarts);
        OfComponents(MetricTable.Healthy, c => c.Condition.State is ComponentState.RecoverableError or ComponentState.PermanentError ? 0 : 1);
        OfComponents(MetricTable.MaskFlicker, c => c.Status.Reading(ComponentReading.MaskFlicker));
        OfComponents(MetricTable.ClassesPresent, c => c.Status.Reading(ComponentReading.VimClassesPresent));
        OfComponents(MetricTable.ClassesEvaluated, c => c.Status.Reading(ComponentReading.VimClassesEvaluated));
        OfComponents(MetricTable.PropagateInferred, c => c.Status.Reading(ComponentReading.PropagateInferred));
        OfComponents(MetricTable.PropagateResidual, c => c.Status.Reading(ComponentReading.PropagateResidual));
        OfComponents(MetricTable.PropagateLoss, c => c.Status.Reading(ComponentReading.PropagateLoss));
    }

    private void ObserveEnds()
    {
        OfSources(MetricTable.Connected, c => c.Condition.State == ComponentState.Ok ? 1 : 0);
        OfSources(MetricTable.Reconnects, c => c.Status.Restarts);
        OfSources(MetricTable.Missed, c => c.Status.Missed.TotalSeconds);
        OfSources(MetricTable.Lag, c => c.Node.Lag?.Lag.TotalSeconds);
        OfSources(MetricTable.ReceivedBytes, c => c.Status.ReceivedBytes);
        OfComponents(MetricTable.WrittenBytes, c => c.Kind == ComponentKind.Sink ? c.Status.WrittenBytes : null);
        Observe(MetricTable.SinkSegments, () => Components().SelectMany(at => at.Component.Status.Segments is { } segments
            ? (Measurement<double>[])[new(segments.Whole, [.. at.Labels, new("result", "ok")]), new(segments.Failed, [.. at.Labels, new("result", "failed")])]
            : []));
    }

    private void ObserveChannels()
    {
        OfEdges(MetricTable.ChannelCapacity, e => e.Policy.Capacity);
        OfEdges(MetricTable.ChannelDepth, e => e.Queued);
        OfEdges(MetricTable.ChannelBytes, e => e.QueuedBytes);
        OfEdges(MetricTable.ChannelBlocked, e => e.Blocked.TotalSeconds);
        Observe(MetricTable.ChannelDiscarded, () => Edges().SelectMany(at => ((string Reason, long Frames)[])
            [("queue_full", at.Edge.DroppedFull), ("late", at.Edge.DroppedStale), ("keyframe", at.Edge.DroppedKeyframe), ("shutdown", at.Edge.DroppedShutdown)],
            (at, d) => new Measurement<double>(d.Frames, [.. at.Labels, new("reason", d.Reason)])));
    }

    private static double Seconds(long utcTicks) => utcTicks == 0 ? 0 : (utcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / (double)TimeSpan.TicksPerSecond;

    private static string Word<T>(T value)
        where T : struct, Enum => Configuration.SnakeCase.Of(value.ToString());

    /// <summary>A component's errors; one series stands from the beginning, so that the first error is seen to rise.</summary>
    private static IEnumerable<(string Type, ErrorPhase Phase, long Errors)> ErrorsOf(ComponentView component)
    {
        var first = (ErrorTypes.Internal, ErrorTypes.PhaseOf(component.Kind));
        var errors = component.Status.Errors;
        if (errors.All(e => e.Key != first)) yield return (first.Internal, first.Item2, 0);
        foreach (var (key, count) in errors) yield return (key.Type, key.Phase, count);
    }

    private Histogram<double> Histogram(MetricDescriptor of) =>
        _meter.CreateHistogram(of.Name, null, of.Help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = of.Buckets });

    private void Observe(MetricDescriptor of, Func<IEnumerable<Measurement<double>>> read)
    {
        if (of.Type == MetricType.Counter) _meter.CreateObservableCounter(of.Name, read, null, of.Help);
        else _meter.CreateObservableGauge(of.Name, read, null, of.Help);
    }

    private void OfComponents(MetricDescriptor of, Func<ComponentView, double?> value) => Observe(of, () =>
        from at in Components()
        let number = value(at.Component)
        where number is not null
        select new Measurement<double>(number.Value, at.Labels));

    private void OfSources(MetricDescriptor of, Func<ComponentView, double?> value) => OfComponents(of, c => c.Kind == ComponentKind.Source ? value(c) : null);

    private void OfEdges(MetricDescriptor of, Func<Edge, double> value) => Observe(of, () => Edges().Select(at => new Measurement<double>(value(at.Edge), at.Labels)));

    private Pipeline[] Pipelines()
    {
        lock (_gate) return [.. _pipelines];
    }

    private IEnumerable<(ComponentView Component, KeyValuePair<string, object?>[] Labels)> Components() =>
        from pipeline in Pipelines()
        from stream in pipeline.Streams
        from component in stream.Components
        select (component, Labels(pipeline.Name, stream.Id, component.Node));

    private IEnumerable<(Edge Edge, KeyValuePair<string, object?>[] Labels)> Edges() =>
        from pipeline in Pipelines()
        from stream in pipeline.Streams
        from edge in stream.Edges
        select (edge, (KeyValuePair<string, object?>[])[new("pipeline", pipeline.Name), new("stream", StreamLabel(stream.Id)), new("from", edge.From), new("to", edge.To)]);

    private KeyValuePair<string, object?>[] Labels(string pipeline, string stream, Node node) =>
    [
        new("pipeline", pipeline), new("stream", StreamLabel(stream)), new("component", node.Id),
        new("kind", Word(node.Definition.Descriptor.Kind)), new("type", node.Definition.Descriptor.Name),
    ];

    private string StreamLabel(string stream)
    {
        lock (_gate) return _streams.Contains(stream) ? stream : OtherStreams;
    }
}
