using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SegPipe.Processes;

namespace SegPipe.Host.Cluster;

/// <summary>Publishes until the broker has confirmed: through lost connections, alarms and full queues, or until it is cancelled.</summary>
internal sealed class Publisher(BrokerLink link, Topology topology, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(30), LeastWait = TimeSpan.FromMilliseconds(100), MostWait = TimeSpan.FromSeconds(10);
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<string, bool> _declared = [];
    private IChannel? _channel;
    private long _published;

    /// <summary>Messages that the broker confirmed.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Sends a message to where its key leads on the exchange of work.</summary>
    public async Task SendAsync(ClusterMessage message, CancellationToken cancel)
    {
        // The class may be another one than ours, whose workers have not come yet.
        if (_declared.TryAdd(message.Class, true)) await DeclareAsync(topology with { Class = message.Class }, cancel).ConfigureAwait(false);
        await SendAsync(message is JobMessage ? Topology.JobsExchange : Topology.WorkExchange, message.Key, Properties(message), message.Write(), cancel).ConfigureAwait(false);
    }

    /// <summary>Sends a message that is to be tried again after the wait that its attempt calls for.</summary>
    /// <param name="message">The message as it will be tried, its attempt raised already.</param>
    /// <param name="cancel">Ends the waiting for the broker.</param>
    public Task RetryAsync(ClusterMessage message, CancellationToken cancel) =>
        SendAsync(Topology.RetryExchange, topology.RetryKey(message.Key, message.Attempt - 1), Properties(message), message.Write(), cancel);

    /// <summary>Sends a message whose time has not come to where it waits for a part of what is left.</summary>
    public Task WaitAsync(ClusterMessage message, TimeSpan left, CancellationToken cancel) =>
        SendAsync(Topology.RetryExchange, topology.WaitKey(message.Key, left), Properties(message), message.Write(), cancel);

    /// <summary>Sends bytes as they are.</summary>
    /// <exception cref="SegPipeException">69 where no queue takes it.</exception>
    public async Task SendAsync(string exchange, string key, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var (backoff, declared) = (new Backoff(LeastWait, MostWait, Environment.ProcessId), false);
        while (true)
        {
            try
            {
                await OnceAsync(exchange, key, properties, body, cancel).ConfigureAwait(false);
                Interlocked.Increment(ref _published);
                return;
            }
            catch (PublishException returned) when (returned.IsReturn)
            {
                // Somebody deleted the queue; declared anew, it takes the message.
                if (declared) throw new SegPipeException(ExitCode.Unavailable, $"No queue of the broker takes {exchange} / {key}.", "Check the broker's queues and policies.", returned);
                await DeclareAsync(cancel).ConfigureAwait(false);
                declared = true;
            }
            catch (PublishException)
            {
                log.LogWarning("a queue behind {Exchange} / {Key} is full or has no leader; waiting", exchange, key);
                await Task.Delay(backoff.Next(), time, cancel).ConfigureAwait(false);
            }
            catch (Exception lost) when (BrokerLink.IsLoss(lost) || (lost is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                log.LogDebug("publishing again: {Reason}", lost.Message);
                await Task.Delay(backoff.Next(), time, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Declares every exchange and queue.</summary>
    public Task DeclareAsync(CancellationToken cancel)
    {
        _declared[topology.Class] = true;
        return DeclareAsync(topology, cancel);
    }

    /// <summary>Declares the queue of a stream's token.</summary>
    public async Task DeclareLeaseAsync(string queue, CancellationToken cancel)
    {
        var connection = await link.ConnectedAsync(cancel).ConfigureAwait(false);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        await Topology.DeclareLeaseAsync(channel, queue, link.Version!, cancel).ConfigureAwait(false);
    }

    private async Task DeclareAsync(Topology topology, CancellationToken cancel)
    {
        var connection = await link.ConnectedAsync(cancel).ConfigureAwait(false);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        await topology.DeclareAsync(channel, link.Version!, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_channel is not null) await _channel.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    /// <summary>What goes with a message: it survives a restart of the broker and says what it is.</summary>
    public static BasicProperties Properties(ClusterMessage message) => new()
    {
        Persistent = true,
        ContentType = "application/json",
        MessageId = message.Id,
        Type = message.Type,
    };

    private async Task OnceAsync(string exchange, string key, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var channel = await ChannelAsync(cancel).ConfigureAwait(false);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(ConfirmTimeout);
            try
            {
                await channel.BasicPublishAsync(exchange, key, mandatory: true, properties, body, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // A confirmation that comes late must not be taken for that of the next message.
                await DropAsync().ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<IChannel> ChannelAsync(CancellationToken cancel)
    {
        if (_channel is { IsOpen: true }) return _channel;
        await DropAsync().ConfigureAwait(false);
        var connection = await link.ConnectedAsync(cancel).ConfigureAwait(false);
        return _channel = await connection.CreateChannelAsync(Confirmed, cancel).ConfigureAwait(false);
    }

    private async Task DropAsync()
    {
        if (_channel is not { } channel) return;
        _channel = null;
        try
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception lost) when (BrokerLink.IsLoss(lost))
        {
            // It went with its connection.
        }
    }
}
