using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SegPipe.Host.Cluster;

/// <summary>
/// One channel with its consumers: one generation of a slot. When the channel, its connection or a queue goes, <see cref="Lost"/> is
/// cancelled, all of its deliveries belong to others, and none of them can be acknowledged any more.
/// </summary>
internal sealed class DeliveryLine : IAsyncDisposable
{
    private static int _generations;

    private readonly Channel<Delivery> _arrived = Channel.CreateUnbounded<Delivery>();
    private readonly CancellationTokenSource _lost = new();
    private readonly IChannel _channel;
    private readonly List<string> _tags = [];

    private DeliveryLine(IChannel channel)
    {
        _channel = channel;
        Lost = _lost.Token;
        channel.ChannelShutdownAsync += (_, _) => LoseAsync();
    }

    /// <summary>Which one it is in this process, rising.</summary>
    public int Generation { get; } = Interlocked.Increment(ref _generations);

    /// <summary>What arrives; ends with the line.</summary>
    public ChannelReader<Delivery> Arrived => _arrived.Reader;

    /// <summary>Cancelled when its deliveries belong to others.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Opens a channel and consumes.</summary>
    /// <param name="link">The connection for consuming.</param>
    /// <param name="queues">Where from.</param>
    /// <param name="prefetch">Most deliveries of one queue that are not acknowledged.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<DeliveryLine> OpenAsync(BrokerLink link, IEnumerable<string> queues, ushort prefetch, CancellationToken cancel)
    {
        var connection = await link.ConnectedAsync(cancel).ConfigureAwait(false);
        var line = new DeliveryLine(await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false));
        try
        {
            await line._channel.BasicQosAsync(0, prefetch, global: false, cancel).ConfigureAwait(false);
            foreach (var queue in queues)
                line._tags.Add(await line._channel.BasicConsumeAsync(queue, autoAck: false, new Consumer(line, queue), cancel).ConfigureAwait(false));
            return line;
        }
        catch
        {
            await line.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Acknowledges; false where the delivery is not ours any more.</summary>
    public async Task<bool> AckAsync(Delivery delivery, CancellationToken cancel)
    {
        // The library answers late acknowledgements with success and sends nothing.
        if (Lost.IsCancellationRequested || !_channel.IsOpen) return false;
        try
        {
            await _channel.BasicAckAsync(delivery.Tag, multiple: false, cancel).ConfigureAwait(false);
            return !Lost.IsCancellationRequested;
        }
        catch (Exception lost) when (BrokerLink.IsLoss(lost))
        {
            return false;
        }
    }

    /// <summary>Asks the broker for an answer.</summary>
    public Task PingAsync(string queue, CancellationToken cancel) => _channel.MessageCountAsync(queue, cancel);

    /// <summary>Asks for no further deliveries; those that arrived stay ours.</summary>
    public async Task StopAsync()
    {
        try
        {
            foreach (var tag in _tags) await _channel.BasicCancelAsync(tag).ConfigureAwait(false);
        }
        catch (Exception lost) when (BrokerLink.IsLoss(lost))
        {
            await LoseAsync().ConfigureAwait(false);
        }
        _arrived.Writer.TryComplete();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception lost) when (BrokerLink.IsLoss(lost))
        {
            // It went with its connection.
        }
        await LoseAsync().ConfigureAwait(false);
    }

    private Task LoseAsync()
    {
        _arrived.Writer.TryComplete();
        return _lost.CancelAsync();
    }

    private sealed class Consumer(DeliveryLine line, string queue) : AsyncDefaultBasicConsumer(line._channel)
    {
        public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            line._arrived.Writer.TryWrite(new(deliveryTag, queue, redelivered, new BasicProperties(properties), body.ToArray()));
            return Task.CompletedTask;
        }

        public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default) => line.LoseAsync();

        public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => line.LoseAsync();
    }
}
