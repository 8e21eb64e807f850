using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SegPipe.Metrics;
using SegPipe.Processes;

namespace SegPipe.Host.Cluster;

/// <summary>
/// Waits for the turn to look for what the broker lost. The turn is a message in a queue with one consumer at a time: it is
/// sent on into a queue that holds it for a while, so there is one look a period, by whichever worker lives.
/// </summary>
internal sealed class TurnLoop(BrokerLink link, Publisher publisher, Reconciler reconciler, ClusterMetrics metrics, TimeProvider time, ILogger log)
{
    private const string Key = "reconcile", WaitKey = "reconcile.wait";

    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(100), MostWait = TimeSpan.FromSeconds(5);

    /// <summary>Takes turns until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(LeastWait, MostWait, GetHashCode());
        var isMissing = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // The broker may be gone again by now, which must end nobody.
                if (isMissing) await publisher.DeclareAsync(stop).ConfigureAwait(false);
                isMissing = false;
                if (!await IsUnderWayAsync(stop).ConfigureAwait(false)) await SendAsync(Key, stop).ConfigureAwait(false);
                await using var line = await DeliveryLine.OpenAsync(link, [Topology.ReconcileQueue], 1, stop).ConfigureAwait(false);
                backoff.Reset();
                await foreach (var turn in line.Arrived.ReadAllAsync(stop).ConfigureAwait(false)) await TakeAsync(line, turn, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                isMissing = true;
            }
            // The library cancels by itself what a broker that comes or goes does not answer in time.
            catch (Exception lost) when (BrokerLink.IsLoss(lost) || lost is OperationCanceledException or KeyNotFoundException)
            {
                log.LogDebug("waiting for the turn again: {Reason}", lost.Message);
            }
            metrics.Jobs(new Dictionary<string, int>());
            await Task.Delay(backoff.Next(), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TakeAsync(DeliveryLine line, Delivery turn, CancellationToken stop)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(line.Lost, stop);
        try
        {
            metrics.Jobs(await reconciler.LookAsync(mine.Token).ConfigureAwait(false));
        }
        catch (SegPipeException failure)
        {
            log.LogWarning("looking for what was lost failed: {Failure}", failure.Message);
        }
        catch (OperationCanceledException) when (line.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return;
        }
        // Two that began at once have sent one each; the second one ends here.
        if (!await IsUnderWayAsync(stop).ConfigureAwait(false)) await SendAsync(WaitKey, stop).ConfigureAwait(false);
        await line.AckAsync(turn, stop).ConfigureAwait(false);
    }

    /// <summary>Whether a turn waits for its time.</summary>
    private async Task<bool> IsUnderWayAsync(CancellationToken cancel)
    {
        var connection = await link.ConnectedAsync(cancel).ConfigureAwait(false);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        return await channel.MessageCountAsync(Topology.ReconcileWait, cancel).ConfigureAwait(false) > 0;
    }

    private Task SendAsync(string key, CancellationToken cancel) => publisher.SendAsync(Topology.WorkExchange, key, new BasicProperties { Persistent = true }, "{}"u8.ToArray(), cancel);
}
