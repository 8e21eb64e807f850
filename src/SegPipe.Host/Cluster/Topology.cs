using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace SegPipe.Host.Cluster;

/// <summary>Every exchange and queue, in one place. Names carry a version: another layout gets other names beside the old ones.</summary>
/// <param name="Class">The class of workers, as <c>cpu</c>.</param>
internal sealed record Topology(string Class)
{
    /// <summary>The beginning of all names.</summary>
    public const string Prefix = "segpipe.v1";

    /// <summary>Exchange of jobs to plan.</summary>
    public const string JobsExchange = Prefix + ".jobs";

    /// <summary>Exchange of everything else that is to be done, and where retries come back to.</summary>
    public const string WorkExchange = Prefix + ".work";

    /// <summary>Exchange of what is to be done later; its keys begin with the delay.</summary>
    public const string RetryExchange = Prefix + ".retry";

    /// <summary>Exchange of what nobody can do.</summary>
    public const string DeadExchange = Prefix + ".dead";

    /// <summary>Exchange of what workers tell whoever watches; nothing depends on it.</summary>
    public const string EventsExchange = Prefix + ".events";

    /// <summary>Queue of jobs to plan.</summary>
    public const string JobsQueue = Prefix + ".jobs";

    /// <summary>Key of jobs to join.</summary>
    public const string JoinsKey = "joins";

    /// <summary>Queue of jobs to join.</summary>
    public const string JoinsQueue = Prefix + "." + JoinsKey;

    /// <summary>Queue of dead letters.</summary>
    public const string DeadQueue = Prefix + ".dead";

    /// <summary>Queue that holds the turn to look for lost messages.</summary>
    public const string ReconcileQueue = Prefix + ".reconcile";

    /// <summary>Queue in which the turn waits.</summary>
    public const string ReconcileWait = ReconcileQueue + ".wait";

    private const int DeliveryLimit = 5, MostJobs = 10_000, MostSegments = 100_000;

    /// <summary>Waits before the second try, the third, and all further ones.</summary>
    public IReadOnlyList<TimeSpan> Delays { get; init; } = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>Wait between two looks for lost messages.</summary>
    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Keys of the work that this class of workers does.</summary>
    public string SegmentsKey => $"segments.{Class}";

    /// <summary>Key of the work that goes before.</summary>
    public string HighKey => $"segments.{Class}.high";

    /// <summary>Queue of segments.</summary>
    public string SegmentsQueue => $"{Prefix}.{SegmentsKey}";

    /// <summary>Queue of segments that go before.</summary>
    public string HighQueue => $"{Prefix}.{HighKey}";

    /// <summary>Queues of what waits for its next try.</summary>
    public IEnumerable<string> RetryQueues => Delays.Select(RetryQueue);

    /// <summary>The key by which a message waits before its next try.</summary>
    /// <param name="key">Where it goes then.</param>
    /// <param name="attempt">The try that failed, from 1.</param>
    public string RetryKey(string key, int attempt) => $"{Seconds(Delays[Math.Min(attempt, Delays.Count) - 1])}.{key}";

    /// <summary>The key by which a message waits for its time: the longest wait that does not miss it, else the shortest one.</summary>
    /// <param name="key">Where it goes then.</param>
    /// <param name="left">Time that is left.</param>
    public string WaitKey(string key, TimeSpan left) => $"{Seconds(Delays.Where(d => d <= left).DefaultIfEmpty(Delays.Min()).Max())}.{key}";

    /// <summary>Declares everything; what is there already stays as it is.</summary>
    /// <exception cref="SegPipeException">69 where a queue is there with other properties.</exception>
    public async Task DeclareAsync(IChannel channel, BrokerVersion version, CancellationToken cancel)
    {
        try
        {
            foreach (var (name, type) in ((string, string)[])[(JobsExchange, ExchangeType.Direct), (WorkExchange, ExchangeType.Direct), (RetryExchange, ExchangeType.Topic), (DeadExchange, ExchangeType.Fanout)])
                await channel.ExchangeDeclareAsync(name, type, durable: true, cancellationToken: cancel).ConfigureAwait(false);
            await QueueAsync(channel, DeadQueue, version.LimitsDeliveries ? new() { ["x-delivery-limit"] = -1 } : [], cancel).ConfigureAwait(false);
            await channel.QueueBindAsync(DeadQueue, DeadExchange, "", cancellationToken: cancel).ConfigureAwait(false);
            await WorkAsync(channel, JobsQueue, "jobs", MostJobs, cancel).ConfigureAwait(false);
            await channel.QueueBindAsync(JobsQueue, JobsExchange, "jobs", cancellationToken: cancel).ConfigureAwait(false);
            await WorkAsync(channel, SegmentsQueue, SegmentsKey, MostSegments, cancel).ConfigureAwait(false);
            await WorkAsync(channel, HighQueue, HighKey, MostSegments, cancel).ConfigureAwait(false);
            await WorkAsync(channel, JoinsQueue, JoinsKey, MostJobs, cancel).ConfigureAwait(false);
            foreach (var delay in Delays) await RetryAsync(channel, delay, cancel).ConfigureAwait(false);
            await ReconcileAsync(channel, cancel).ConfigureAwait(false);
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            throw new SegPipeException(ExitCode.Unavailable, $"The broker has a queue of ours with other properties: {refused.ShutdownReason.ReplyText}",
                "End all workers, delete that queue, and start again: `segpipe submit` of the same folder goes on where it was.", refused);
        }
    }

    /// <summary>Declares the queue of a stream's token: one message, one consumer at a time.</summary>
    public static Task DeclareLeaseAsync(IChannel channel, string queue, BrokerVersion version, CancellationToken cancel)
    {
        var arguments = new Dictionary<string, object?> { ["x-single-active-consumer"] = true, ["x-max-length"] = 1 };
        if (version.LimitsDeliveries) arguments["x-delivery-limit"] = -1;
        return QueueAsync(channel, queue, arguments, cancel);
    }

    private static string RetryQueue(TimeSpan delay) => $"{RetryExchange}.{Seconds(delay)}";

    private static string Seconds(TimeSpan delay) => string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds:0}s");

    private static Task QueueAsync(IChannel channel, string name, Dictionary<string, object?> arguments, CancellationToken cancel) =>
        channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments) { ["x-queue-type"] = "quorum" }, cancellationToken: cancel);

    private async Task WorkAsync(IChannel channel, string queue, string key, int most, CancellationToken cancel)
    {
        // What is dead-lettered is kept until the dead queue has it: that needs the refusal of what is too much.
        await QueueAsync(channel, queue, new()
        {
            ["x-delivery-limit"] = DeliveryLimit,
            ["x-dead-letter-exchange"] = DeadExchange,
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
            ["x-max-length"] = most,
        }, cancel).ConfigureAwait(false);
        string[] keys = [key, .. Delays.Select(d => $"{Seconds(d)}.{key}")];
        foreach (var bound in keys) await channel.QueueBindAsync(queue, WorkExchange, bound, cancellationToken: cancel).ConfigureAwait(false);
    }

    private static async Task RetryAsync(IChannel channel, TimeSpan delay, CancellationToken cancel)
    {
        await QueueAsync(channel, RetryQueue(delay), new()
        {
            ["x-message-ttl"] = (long)delay.TotalMilliseconds,
            ["x-dead-letter-exchange"] = WorkExchange,
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
            ["x-max-length"] = MostSegments,
        }, cancel).ConfigureAwait(false);
        await channel.QueueBindAsync(RetryQueue(delay), RetryExchange, $"{Seconds(delay)}.#", cancellationToken: cancel).ConfigureAwait(false);
    }

    /// <summary>One message goes round between two queues: whoever has it looks, once a period, however many workers there are.</summary>
    private async Task ReconcileAsync(IChannel channel, CancellationToken cancel)
    {
        await QueueAsync(channel, ReconcileQueue, new() { ["x-single-active-consumer"] = true, ["x-max-length"] = 1 }, cancel).ConfigureAwait(false);
        await channel.QueueBindAsync(ReconcileQueue, WorkExchange, "reconcile", cancellationToken: cancel).ConfigureAwait(false);
        // Without a largest length: what that pushes out would come back at once, and push out the next.
        await QueueAsync(channel, ReconcileWait, new()
        {
            ["x-message-ttl"] = (long)ReconcileEvery.TotalMilliseconds,
            ["x-dead-letter-exchange"] = WorkExchange,
            ["x-dead-letter-routing-key"] = "reconcile",
        }, cancel).ConfigureAwait(false);
        await channel.QueueBindAsync(ReconcileWait, WorkExchange, "reconcile.wait", cancellationToken: cancel).ConfigureAwait(false);
    }
}
