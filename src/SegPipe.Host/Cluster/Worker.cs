using Microsoft.Extensions.Logging;
using SegPipe.Host.Watching;
using SegPipe.Metrics;

namespace SegPipe.Host.Cluster;

/// <summary>A worker: every role over one connection for publishing and one for consuming, since alarms of the broker block publishers only.</summary>
internal sealed class Worker(BrokerAddress broker, Topology topology, WorkerSettings settings, AllowedRoots roots, IBatchWork work, IBatchFinder finder, WatchSelf self, ClusterMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>Works until it is stopped, through every loss of the broker but its absence at the start.</summary>
    /// <param name="stop">Takes no more, and finishes what is in work.</param>
    /// <param name="abort">Ends what is in work and hands it back.</param>
    /// <exception cref="SegPipeException">69 where the broker is not there at the start, or refuses us.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        await using var publishing = Link("publishes");
        await using var consuming = Link("consumes");
        await using var publisher = new Publisher(publishing, topology, time, log);
        await publisher.DeclareAsync(stop).ConfigureAwait(false);
        // A connection that was made once is made again for ever; the start is over when both were.
        await consuming.ConnectedAsync(stop).ConfigureAwait(false);
        foreach (var missing in publishing.Version!.Missing) log.LogInformation("RabbitMQ {Version} has {Missing}", publishing.Version.Number, missing);
        log.LogInformation("worker {Name} takes {Slots} segments of class {Class} at a time from {Broker}", settings.Name, settings.Slots, settings.Class, broker);
        var watched = new WatchedBatches(work, self);
        var segments = new SegmentRole(watched, roots, publisher, topology, settings, metrics, time, log);
        IRole[] roles =
        [
            new PlannerRole(watched, roots, publisher, settings, log),
            new AssemblerRole(watched, roots, publisher, settings, log),
            .. Enumerable.Repeat(segments, settings.Slots),
        ];
        foreach (var queue in roles.SelectMany(r => r.Queues)) metrics.Queue(queue);
        var reconciler = new Reconciler(finder, watched, consuming, publisher, topology, settings, log);
        await Task.WhenAll(
        [
            .. roles.Select(role => new RoleLoop(consuming, publisher, role, settings, self, metrics, time, log).RunAsync(stop, abort)),
            new TurnLoop(consuming, publisher, reconciler, metrics, time, log).RunAsync(stop),
        ]).ConfigureAwait(false);
        log.LogInformation("messages published: {Messages}", publisher.Published);
    }

    private BrokerLink Link(string purpose) => new(broker, $"segpipe {settings.Name} {purpose}", settings.Heartbeat, time, log) { Changed = metrics.Connection };
}
