using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using SegPipe.Metrics;

namespace SegPipe.Host.Cluster;

/// <summary>What a lease needs to know.</summary>
internal sealed record LeaseSettings
{
    /// <summary>Who stands by.</summary>
    public required string Worker { get; init; }

    /// <summary>Folder of the streams' outputs.</summary>
    public required string Root { get; init; }

    /// <summary>How often the broker and the owner show each other that they live; the broker gives the stream away after about three.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the token is exchanged for a fresh one, well within the broker's acknowledgement timeout.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a worker waits before it stands by for a stream, at most: who is first becomes the owner.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a worker that is full, or whose run has ended, leaves a stream to others.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// Stands by for one stream, and owns it while it holds the stream's token: the only message in a queue with one consumer at a time. The
/// broker passes it on when the owner dies or goes silent; the owner stops before that when it hears nothing.
/// </summary>
internal sealed class StreamLease(string stream, BrokerLink link, Publisher publisher, SemaphoreSlim capacity, LeaseSettings settings, ClusterMetrics metrics, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly string _queue = $"{Topology.Prefix}.stream.{stream}";

    /// <summary>Stands by until it is stopped.</summary>
    /// <param name="own">Runs the stream with its outputs in a folder of this epoch's own, until the first token ends it; the second ends it at once.</param>
    /// <param name="stop">Gives the stream up in an orderly way.</param>
    public async Task RunAsync(Func<string, CancellationToken, CancellationToken, Task> own, CancellationToken stop)
    {
        metrics.Lease(stream);
        // The lower a worker's number for a stream, the sooner it asks: that spreads streams over workers that start together.
        await PauseAsync(settings.Spread * Batch.BatchNames.HashOf($"{settings.Worker}/{stream}", 4).Aggregate(0, (sum, digit) => (sum * 16) + Convert.ToInt32($"{digit}", 16)) / 65536, stop).ConfigureAwait(false);
        while (!stop.IsCancellationRequested)
        {
            var pause = Retry;
            try
            {
                await publisher.DeclareLeaseAsync(_queue, stop).ConfigureAwait(false);
                // Beside a living token this one is the lower and goes.
                await SendAsync(0, stop).ConfigureAwait(false);
                await using var line = await DeliveryLine.OpenAsync(link, [_queue], 2, stop).ConfigureAwait(false);
                pause = await WaitAsync(line, own, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (BrokerLink.IsLoss(lost) || lost is System.Threading.Channels.ChannelClosedException)
            {
                log.LogDebug("{Stream}: standing by again: {Reason}", stream, lost.Message);
            }
            await PauseAsync(pause, stop).ConfigureAwait(false);
        }
    }

    private async Task<TimeSpan> WaitAsync(DeliveryLine line, Func<string, CancellationToken, CancellationToken, Task> own, CancellationToken stop)
    {
        var token = await line.Arrived.ReadAsync(stop).ConfigureAwait(false);
        // A full worker that asks again at once would be given the token for ever.
        if (!await capacity.WaitAsync(0, stop).ConfigureAwait(false)) return settings.Pause;
        try
        {
            var (epoch, folder) = EpochFolder.Make(settings.Root, stream, LeaseToken.EpochOf(token.Body), settings.Worker);
            await SendAsync(epoch, stop).ConfigureAwait(false);
            if (!await line.AckAsync(token, stop).ConfigureAwait(false)) return Retry;
            return await OwnAsync(line, epoch, folder, own, stop).ConfigureAwait(false);
        }
        catch (SegPipeException failure)
        {
            log.LogError("{Stream} cannot be owned: {Failure}", stream, failure.Message);
            return settings.Pause;
        }
        finally
        {
            capacity.Release();
        }
    }

    private async Task<TimeSpan> OwnAsync(DeliveryLine line, long epoch, string folder, Func<string, CancellationToken, CancellationToken, Task> own, CancellationToken stop)
    {
        log.LogInformation("{Stream} is owned by this worker, epoch {Epoch}", stream, epoch);
        metrics.Lease(stream, held: true, "acquired");
        var reason = "ended";
        using var silent = new CancellationTokenSource();
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(line.Lost, silent.Token);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(abort.Token, stop);
        using var keeping = new CancellationTokenSource();
        try
        {
            var keep = KeepAsync(line, epoch, silent, keeping.Token);
            await own(folder, end.Token, abort.Token).ConfigureAwait(false);
            await keeping.CancelAsync().ConfigureAwait(false);
            await keep.ConfigureAwait(false);
            reason = silent.IsCancellationRequested ? "silent" : line.Lost.IsCancellationRequested ? "lost" : stop.IsCancellationRequested ? "released" : "ended";
            return reason == "ended" ? settings.Pause : Retry;
        }
        finally
        {
            await keeping.CancelAsync().ConfigureAwait(false);
            metrics.Lease(stream, held: false, reason);
            log.LogWarning("{Stream} is not owned by this worker any more ({Reason}), epoch {Epoch}", stream, reason, epoch);
        }
    }

    /// <summary>Asks the broker for a sign of life, takes notice of its silence, and exchanges the token while it speaks.</summary>
    private async Task KeepAsync(DeliveryLine line, long epoch, CancellationTokenSource silent, CancellationToken end)
    {
        var (heard, renewed) = (time.GetTimestamp(), time.GetTimestamp());
        // The clock goes on while a process is stopped: the first thing that one does that was is to see how late it is.
        using var watch = time.CreateTimer(_ =>
        {
            if (time.GetElapsedTime(Interlocked.Read(ref heard)) > 2 * settings.Heartbeat) silent.Cancel();
        }, null, settings.Heartbeat / 4, settings.Heartbeat / 4);
        Delivery? current = null;
        try
        {
            while (!silent.IsCancellationRequested && !line.Lost.IsCancellationRequested)
            {
                await Task.Delay(settings.Heartbeat / 2, time, end).ConfigureAwait(false);
                await line.PingAsync(_queue, end).ConfigureAwait(false);
                Interlocked.Exchange(ref heard, time.GetTimestamp());
                while (line.Arrived.TryRead(out var token)) current = await BetterAsync(line, current, token, end).ConfigureAwait(false);
                if (current is null || time.GetElapsedTime(renewed) < settings.Renewal) continue;
                await SendAsync(epoch, end).ConfigureAwait(false);
                renewed = time.GetTimestamp();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The stream's run has ended.
        }
        catch (Exception lost) when (BrokerLink.IsLoss(lost) || lost is OperationCanceledException or SegPipeException)
        {
            await silent.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Keeps the token of the higher epoch, of two equal ones the newer, and lets the other go.</summary>
    private static async Task<Delivery> BetterAsync(DeliveryLine line, Delivery? held, Delivery token, CancellationToken cancel)
    {
        if (held is null) return token;
        var (better, other) = LeaseToken.EpochOf(token.Body) >= LeaseToken.EpochOf(held.Body) ? (token, held) : (held, token);
        await line.AckAsync(other, cancel).ConfigureAwait(false);
        return better;
    }

    private Task SendAsync(long epoch, CancellationToken cancel) =>
        publisher.SendAsync("", _queue, new BasicProperties { Persistent = true, Type = LeaseToken.TypeName }, new LeaseToken(stream, epoch).Write(), cancel);

    private async Task PauseAsync(TimeSpan wait, CancellationToken stop) =>
        await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
