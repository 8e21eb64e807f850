using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Host.Http.Jobs;
using SegPipe.Host.Watching;
using SegPipe.Metrics;
using SegPipe.Runtime;

namespace SegPipe.Host.Cluster;

/// <summary>Stands by for every stream of a pipeline, and runs those that it owns, at most as many as it has room for.</summary>
/// <param name="broker">Where the broker is.</param>
/// <param name="streams">Ids of the streams.</param>
/// <param name="read">Reads the pipeline for one output folder.</param>
/// <param name="settings">How leases are held.</param>
/// <param name="most">Streams that this worker owns at most.</param>
/// <param name="self">What is told of this worker.</param>
/// <param name="metrics">Where ownership is shown.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Lines for the person who watches; those of a stream are told apart from those of its siblings.</param>
internal sealed class StreamWorker(BrokerAddress broker, IReadOnlyList<string> streams, Func<string, PipelineDefinition> read, LeaseSettings settings, int most, WatchSelf self, ClusterMetrics metrics, TimeProvider time, ILoggerFactory logs)
{
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(2);

    private readonly ILogger _log = logs.CreateLogger("worker");

    /// <summary>Shows what the stages of its streams do, or null.</summary>
    public WatchHttp? Http { get; init; }

    /// <summary>Works until it is stopped.</summary>
    /// <param name="stop">Ends the runs in an orderly way, then gives their streams to others.</param>
    /// <param name="abort">Ends them at once.</param>
    /// <exception cref="SegPipeException">69 where the broker is not there at the start, or refuses us.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        await using var publishing = Link("publishes leases");
        await using var consuming = Link("holds leases");
        await using var publisher = new Publisher(publishing, new("cpu"), time, _log);
        await using var shared = new SharedResources();
        using var capacity = new SemaphoreSlim(most);
        await publishing.ConnectedAsync(stop).ConfigureAwait(false);
        await consuming.ConnectedAsync(stop).ConfigureAwait(false);
        foreach (var missing in publishing.Version!.Missing) _log.LogInformation("RabbitMQ {Version} has {Missing}", publishing.Version.Number, missing);
        _log.LogInformation("worker {Name} stands by for {Streams} streams and owns at most {Most}", settings.Worker, streams.Count, most);
        await Task.WhenAll(streams.Select(id => new StreamLease(id, consuming, publisher, capacity, settings, metrics, time, logs.CreateLogger(id))
            .RunAsync((folder, end, lost) => OwnAsync(id, folder, shared, end, lost, abort), stop))).ConfigureAwait(false);
    }

    private async Task OwnAsync(string id, string folder, SharedResources shared, CancellationToken end, CancellationToken lost, CancellationToken abort)
    {
        var definition = read(folder);
        self.Board.Own(id, EpochFolder.EpochOf(folder));
        var services = new PipelineServices { Time = time, Log = logs.CreateLogger(id), Shared = shared, Metrics = Http?.Metrics };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(abort);
        // What a former owner still has in work is written beside the new owner's, so it may be finished; not for long, though.
        await using var grace = lost.Register(() => ending.CancelAfter(AbortGrace)).ConfigureAwait(false);
        try
        {
            await using var pipeline = new Pipeline(definition with { Streams = [definition.Streams.Single(s => s.Id == id)], Http = null }, services);
            using var shown = Http?.Show(pipeline, id);
            await pipeline.OpenAsync(ending.Token).ConfigureAwait(false);
            var report = await pipeline.RunAsync(end, ending.Token).ConfigureAwait(false);
            if (report.Error is { } error) _log.LogWarning("{Stream} ended: {Failure}", id, error);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Its new owner goes on.
        }
        finally
        {
            self.Board.Leave(id);
        }
    }

    private BrokerLink Link(string purpose) => new(broker, $"segpipe {settings.Worker} {purpose}", settings.Heartbeat, time, _log) { Changed = metrics.Connection };
}
