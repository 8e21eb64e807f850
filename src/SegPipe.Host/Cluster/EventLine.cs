using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SegPipe.Host.Watching;

namespace SegPipe.Host.Cluster;

/// <summary>
/// Tells other workers what this one does, and hears what they do while somebody watches. It has a connection of its own, so that no
/// trouble with what may be lost becomes trouble with what must not.
/// </summary>
internal sealed class EventLine : IAsyncDisposable
{
    private const int MostWaiting = 256, MostUnread = 1000;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromSeconds(2), Farewell = TimeSpan.FromSeconds(1), Look = TimeSpan.FromSeconds(1);

    private readonly Channel<WatchEvent> _waiting = Channel.CreateBounded<WatchEvent>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly WatchSelf _self;
    private readonly WatchFeed _feed;
    private readonly TimeProvider _time;
    private readonly BrokerLink _link;
    private int _connections;
    private int? _deadLetters;

    /// <param name="broker">Where the broker is.</param>
    /// <param name="self">What is told of this worker.</param>
    /// <param name="feed">Takes what is heard.</param>
    /// <param name="time">The clock.</param>
    public EventLine(BrokerAddress broker, WatchSelf self, WatchFeed feed, TimeProvider time)
    {
        (_self, _feed, _time) = (self, feed, time);
        // What the connections for work say about the broker is enough.
        _link = new(broker, $"segpipe {self.Name} tells", Heartbeat, time, NullLogger.Instance) { Changed = change => Interlocked.Add(ref _connections, change) };
        self.Post = tell => _waiting.Writer.TryWrite(tell);
    }

    /// <summary>How often a worker says that it lives.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the broker is there.</summary>
    public bool IsConnected => Volatile.Read(ref _connections) > 0;

    /// <summary>Messages that nobody could do, null where that is not known.</summary>
    public int? DeadLetters => IsConnected ? _deadLetters : null;

    /// <summary>Tells and hears until it is stopped; then tells that this worker has ended.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(AliveAsync(stop), TellAsync(stop), HearAsync(stop));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task AliveAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            _self.Post(_self.Alive());
            await PauseAsync(Period, stop).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(CancellationToken stop)
    {
        IChannel? channel = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var tell = await _waiting.Reader.ReadAsync(stop).ConfigureAwait(false);
                if (channel is not { IsOpen: true }) channel = await OpenAsync(stop).ConfigureAwait(false);
                // What an alarm holds up would come when it is of no use any more.
                if (!_link.IsBlocked) await TellAsync(channel, tell, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception lost) when (IsHarmless(lost))
            {
                channel = null;
                await PauseAsync(Pause, stop).ConfigureAwait(false);
            }
        }
        await FarewellAsync(channel).ConfigureAwait(false);
    }

    private async Task FarewellAsync(IChannel? channel)
    {
        if (channel is not { IsOpen: true } || _link.IsBlocked) return;
        using var patience = new CancellationTokenSource(Farewell, _time);
        try
        {
            _self.Ended();
            while (_waiting.Reader.TryRead(out var tell)) await TellAsync(channel, tell, patience.Token).ConfigureAwait(false);
        }
        catch (Exception lost) when (IsHarmless(lost))
        {
            // It will be seen to be silent.
        }
    }

    private static async Task TellAsync(IChannel channel, WatchEvent tell, CancellationToken cancel)
    {
        if (tell.Write() is not { } body) return;
        await channel.BasicPublishAsync(Topology.EventsExchange, tell.Type, mandatory: false, new BasicProperties { ContentType = "application/json", Type = tell.Type }, body, cancel).ConfigureAwait(false);
    }

    private async Task HearAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (_feed.IsWatched) await HearWhileWatchedAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (IsHarmless(lost))
            {
                await PauseAsync(Pause, stop).ConfigureAwait(false);
            }
            await PauseAsync(Look, stop).ConfigureAwait(false);
        }
    }

    private async Task HearWhileWatchedAsync(CancellationToken stop)
    {
        var channel = await OpenAsync(stop).ConfigureAwait(false);
        await using var closing = channel.ConfigureAwait(false);
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, new Dictionary<string, object?> { ["x-max-length"] = MostUnread }, cancellationToken: stop).ConfigureAwait(false);
        await channel.QueueBindAsync(queue.QueueName, Topology.EventsExchange, "#", cancellationToken: stop).ConfigureAwait(false);
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, new Ear(channel, _feed), stop).ConfigureAwait(false);
        for (var since = 0; _feed.IsWatched && channel.IsOpen; since++)
        {
            if (since % 5 == 0) _deadLetters = await DeadLettersAsync(stop).ConfigureAwait(false);
            await Task.Delay(Look, _time, stop).ConfigureAwait(false);
        }
        if (!_feed.IsWatched) _feed.Leave();
    }

    private async Task<int?> DeadLettersAsync(CancellationToken cancel)
    {
        var connection = await _link.ConnectedAsync(cancel).ConfigureAwait(false);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        try
        {
            return (int)await channel.MessageCountAsync(Topology.DeadQueue, cancel).ConfigureAwait(false);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // Workers of streams alone declare no such queue.
            return null;
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancel)
    {
        var connection = await _link.ConnectedAsync(cancel).ConfigureAwait(false);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        await channel.ExchangeDeclareAsync(Topology.EventsExchange, ExchangeType.Topic, durable: true, cancellationToken: cancel).ConfigureAwait(false);
        return channel;
    }

    private async Task PauseAsync(TimeSpan wait, CancellationToken stop) =>
        await Task.Delay(wait, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Whether a failure means the broker's absence or refusal, which the connections for work are to complain of.</summary>
    private static bool IsHarmless(Exception failure) => BrokerLink.IsLoss(failure) || failure is SegPipeException or OperationCanceledException;

    private sealed class Ear(IChannel channel, WatchFeed feed) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            if (WatchEvent.Read(properties.Type, body.Span) is { } heard) feed.Hear(heard);
            return Task.CompletedTask;
        }
    }
}
