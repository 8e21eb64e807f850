using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Watching;
using SegPipe.Metrics;
using SegPipe.Processes;

namespace SegPipe.Host.Cluster;

/// <summary>One slot of a worker: takes messages one after the other and says to the broker what became of each, after what it led to was published.</summary>
internal sealed class RoleLoop(BrokerLink link, Publisher publisher, IRole role, WorkerSettings settings, WatchSelf self, ClusterMetrics metrics, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(100), MostWait = TimeSpan.FromSeconds(5);

    /// <summary>Works until it is stopped.</summary>
    /// <param name="stop">Takes no more, and finishes what is in work.</param>
    /// <param name="abort">Ends what is in work and hands it back.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
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
                await using var line = await DeliveryLine.OpenAsync(link, role.Queues, 1, stop).ConfigureAwait(false);
                backoff.Reset();
                await ServeAsync(line, stop, abort).ConfigureAwait(false);
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
                log.LogDebug("consuming again: {Reason}", lost.Message);
            }
            await PauseAsync(backoff.Next(), stop).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(DeliveryLine line, CancellationToken stop, CancellationToken abort)
    {
        var held = new List<Delivery>();
        try
        {
            while (await line.Arrived.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                Hold(line, held);
                while (held.Count > 0 && !stop.IsCancellationRequested && !line.Lost.IsCancellationRequested)
                {
                    var next = held.MinBy(d => Urgency(d.Queue))!;
                    held.Remove(next);
                    await OneAsync(line, next, abort).ConfigureAwait(false);
                    Hold(line, held);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was not begun goes back below.
        }
        if (!stop.IsCancellationRequested) return;
        await line.StopAsync().ConfigureAwait(false);
        Hold(line, held);
        // A plain close would count as a failed delivery up to RabbitMQ 4.2.
        foreach (var delivery in held) await BackAsync(line, delivery).ConfigureAwait(false);
    }

    private int Urgency(string queue)
    {
        for (var i = 0; i < role.Queues.Count; i++)
            if (role.Queues[i] == queue) return i;
        return role.Queues.Count;
    }

    private static void Hold(DeliveryLine line, List<Delivery> held)
    {
        while (line.Arrived.TryRead(out var delivery)) held.Add(delivery);
    }

    private async Task OneAsync(DeliveryLine line, Delivery delivery, CancellationToken abort)
    {
        if (delivery.Redelivered) metrics.Redelivered(delivery.Queue);
        ClusterMessage message;
        try
        {
            message = ClusterMessage.Read(delivery.Properties.Type, delivery.Body);
        }
        catch (SegPipeException unreadable)
        {
            await SettleAsync(line, delivery, null, new Verdict.Failed(unreadable)).ConfigureAwait(false);
            return;
        }
        using var scope = message.Traceparent is { } trace ? log.BeginScope<KeyValuePair<string, object?>[]>([new(TraceParent.Field, trace)]) : null;
        if (await DoAsync(line, message, abort).ConfigureAwait(false) is { } verdict) await SettleAsync(line, delivery, message, verdict).ConfigureAwait(false);
    }

    /// <summary>Does what a message asks for; null where the message was taken away from us.</summary>
    private async Task<Verdict?> DoAsync(DeliveryLine line, ClusterMessage message, CancellationToken abort)
    {
        if (message.NotBefore - time.GetUtcNow() is { } left && left > TimeSpan.Zero) return new Verdict.Later(left);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(line.Lost, abort);
        try
        {
            return await WithinDeadlineAsync(message, work.Token).ConfigureAwait(false);
        }
        catch (JoinHeldException held)
        {
            log.LogInformation("{Message} waits: {Reason}", message.Id, held.Message);
            // Who has it may be done, dead or awake again in a moment.
            return new Verdict.Later(TimeSpan.Zero);
        }
        catch (SegPipeException failure)
        {
            return new Verdict.Failed(failure);
        }
        catch (OperationCanceledException) when (line.Lost.IsCancellationRequested)
        {
            log.LogWarning("{Message} was taken away from this worker (generation {Generation}); others have it now", message.Id, line.Generation);
            return null;
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return new Verdict.HandBack();
        }
    }

    private async Task<Verdict> WithinDeadlineAsync(ClusterMessage message, CancellationToken cancel)
    {
        var longest = message is SegmentMessage { DeadlineS: var seconds } && TimeSpan.FromSeconds(seconds) < settings.Deadline ? TimeSpan.FromSeconds(seconds) : settings.Deadline;
        using var late = new CancellationTokenSource(longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            await role.HandleAsync(message, both.Token).ConfigureAwait(false);
            return new Verdict.Done();
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new SegPipeException(ExitCode.PipelineFailed, $"It took longer than {longest.TotalSeconds:0} s.", "Submit with fewer --segment-frames, or raise the broker's acknowledgement timeout and --ack-timeout.");
        }
    }

    /// <summary>Publishes what follows, then acknowledges: whatever happens between the two leads to a copy, never to a loss.</summary>
    private async Task SettleAsync(DeliveryLine line, Delivery delivery, ClusterMessage? message, Verdict verdict)
    {
        try
        {
            switch (verdict)
            {
                case Verdict.HandBack:
                    await BackAsync(line, delivery).ConfigureAwait(false);
                    return;
                case Verdict.Later { Left: var left }:
                    await publisher.WaitAsync(message!, left, line.Lost).ConfigureAwait(false);
                    break;
                case Verdict.Failed { Failure: var failure } when message is not null && message.Attempt < WorkerSettings.MostTries(failure.Code):
                    log.LogWarning("{Message} failed and is tried again: {Failure}", message.Id, failure.Message);
                    if (message is SegmentMessage retried) Count(retried, "retry", failure);
                    await publisher.RetryAsync(message with { Attempt = message.Attempt + 1 }, line.Lost).ConfigureAwait(false);
                    break;
                case Verdict.Failed { Failure: var failure }:
                    log.LogError("{Message} is a dead letter: {Failure}", delivery.Properties.MessageId, failure.Message);
                    if (message is SegmentMessage poison) Count(poison, "poison", failure);
                    if (message is not null) await BuryAsync(message, failure, line.Lost).ConfigureAwait(false);
                    await publisher.SendAsync(Topology.DeadExchange, message?.Key ?? "", DeadLetter.Properties(delivery, failure, settings.Name, time), delivery.Body, line.Lost).ConfigureAwait(false);
                    break;
                default:
                    break;
            }
            if (!await line.AckAsync(delivery, line.Lost).ConfigureAwait(false)) log.LogInformation("{Message} is finished, but it was taken away before that could be said", delivery.Properties.MessageId);
        }
        catch (OperationCanceledException) when (line.Lost.IsCancellationRequested)
        {
            // The broker has given it to others; what was committed stays.
        }
    }

    private async Task BuryAsync(ClusterMessage message, SegPipeException failure, CancellationToken cancel)
    {
        try
        {
            await role.BuryAsync(message, failure, cancel).ConfigureAwait(false);
        }
        catch (SegPipeException unwritten)
        {
            // Whoever looks for lost messages finds it again.
            log.LogError("{Message}: that it is a dead letter could not be written down: {Failure}", message.Id, unwritten.Message);
        }
    }

    private void Count(SegmentMessage segment, string result, SegPipeException failure)
    {
        metrics.Segment(result);
        self.Failed(WatchEvent.PlaceOf(segment.BatchUri), segment.JobId, segment.Seg, segment.Attempt, result == "retry", failure);
    }

    private async Task BackAsync(DeliveryLine line, Delivery delivery)
    {
        using var patience = new CancellationTokenSource(settings.HandBack, time);
        try
        {
            await publisher.SendAsync("", delivery.Queue, new BasicProperties(delivery.Properties), delivery.Body, patience.Token).ConfigureAwait(false);
            await line.AckAsync(delivery, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("{Message} could not be handed back; the broker takes it back itself", delivery.Properties.MessageId);
        }
    }

    private async Task PauseAsync(TimeSpan wait, CancellationToken stop) =>
        await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
