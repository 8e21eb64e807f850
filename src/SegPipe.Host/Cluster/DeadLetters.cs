using RabbitMQ.Client;

namespace SegPipe.Host.Cluster;

/// <summary>Looks through the queue of dead letters; what is not taken stays there.</summary>
internal sealed class DeadLetters(BrokerLink link, Publisher publisher)
{
    /// <summary>All of them, the oldest first.</summary>
    public Task<IReadOnlyList<DeadLetter>> ListAsync(CancellationToken cancel) => TakeAsync(_ => false, (_, _) => Task.CompletedTask, all: true, cancel);

    /// <summary>Sends some back to where they failed, to be tried as if for the first time; gives those.</summary>
    public Task<IReadOnlyList<DeadLetter>> RequeueAsync(Func<DeadLetter, bool> which, CancellationToken cancel) => TakeAsync(which, (letter, result) => SendAsync(letter, result, cancel), all: false, cancel);

    /// <summary>Removes some for good; gives those.</summary>
    public Task<IReadOnlyList<DeadLetter>> DropAsync(Func<DeadLetter, bool> which, CancellationToken cancel) => TakeAsync(which, (_, _) => Task.CompletedTask, all: false, cancel);

    private async Task<IReadOnlyList<DeadLetter>> TakeAsync(Func<DeadLetter, bool> which, Func<DeadLetter, BasicGetResult, Task> first, bool all, CancellationToken cancel)
    {
        var found = new List<DeadLetter>();
        var connection = await link.ConnectedAsync(cancel).ConfigureAwait(false);
        // What is not acknowledged goes back when the channel closes.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        while (await channel.BasicGetAsync(Topology.DeadQueue, autoAck: false, cancel).ConfigureAwait(false) is { } result)
        {
            var letter = DeadLetter.Of(result.BasicProperties, result.Body);
            var taken = which(letter);
            if (taken || all) found.Add(letter);
            if (!taken) continue;
            await first(letter, result).ConfigureAwait(false);
            await channel.BasicAckAsync(result.DeliveryTag, multiple: false, cancel).ConfigureAwait(false);
        }
        return found;
    }

    private async Task SendAsync(DeadLetter letter, BasicGetResult result, CancellationToken cancel)
    {
        ClusterMessage message;
        try
        {
            message = ClusterMessage.Read(letter.Type, result.Body.Span);
        }
        catch (SegPipeException unreadable)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"{letter.Id} cannot be sent again: {unreadable.Message}", $"Remove it: segpipe dead drop {letter.Id}", unreadable);
        }
        await publisher.SendAsync(message with { Attempt = 1 }, cancel).ConfigureAwait(false);
    }
}
