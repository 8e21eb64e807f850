using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace SegPipe.Host.Cluster;

/// <summary>A message that nobody could do, with what is known of why.</summary>
/// <param name="Id">What names it.</param>
/// <param name="Type">What kind it is.</param>
/// <param name="Reason">Why it is here.</param>
/// <param name="Queue">Where it was when it failed.</param>
/// <param name="Worker">Who gave it up; empty where the broker did.</param>
/// <param name="Time">When.</param>
/// <param name="Traceparent">What everything that follows from its submission is found by in logs; empty where it has none.</param>
/// <param name="Body">Its text.</param>
internal sealed record DeadLetter(string Id, string Type, string Reason, string Queue, string Worker, DateTimeOffset? Time, string Traceparent, string Body)
{
    private const string ErrorHeader = "segpipe-error", QueueHeader = "segpipe-queue", WorkerHeader = "segpipe-worker", Deaths = "x-death";

    /// <summary>Reads one from the dead queue.</summary>
    public static DeadLetter Of(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var death = properties.Headers is { } headers && headers.TryGetValue(Deaths, out var deaths) && deaths is List<object?> and [IDictionary<string, object?> first, ..] ? first : null;
        var reason = Text(properties.Headers, ErrorHeader) is { Length: > 0 } error ? error : Text(death, "reason") switch
        {
            "delivery_limit" => "its worker ended while it worked on it, again and again",
            var other => other,
        };
        return new(
            properties.MessageId is { Length: > 0 } id ? id : "(none)",
            properties.Type ?? "",
            reason,
            Text(properties.Headers, QueueHeader) is { Length: > 0 } queue ? queue : Text(death, "queue"),
            Text(properties.Headers, WorkerHeader),
            properties.Timestamp.UnixTime > 0 ? DateTimeOffset.FromUnixTimeSeconds(properties.Timestamp.UnixTime) : null,
            TraceOf(properties.Type, body),
            Encoding.UTF8.GetString(body.Span));
    }

    /// <summary>What goes with a message into the dead queue.</summary>
    public static BasicProperties Properties(Delivery delivery, SegPipeException failure, string worker, TimeProvider time) => new()
    {
        Persistent = true,
        ContentType = delivery.Properties.ContentType,
        MessageId = delivery.Properties.MessageId,
        Type = delivery.Properties.Type,
        Timestamp = new(time.GetUtcNow().ToUnixTimeSeconds()),
        Headers = new Dictionary<string, object?> { [ErrorHeader] = failure.Message, [QueueHeader] = delivery.Queue, [WorkerHeader] = worker },
    };

    private static string TraceOf(string? type, ReadOnlyMemory<byte> body)
    {
        try
        {
            return ClusterMessage.Read(type, body.Span).Traceparent ?? "";
        }
        catch (SegPipeException)
        {
            // What cannot be read is dead for that reason, and has none.
            return "";
        }
    }

    private static string Text(IDictionary<string, object?>? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : string.Create(CultureInfo.InvariantCulture, $"{value}") : "";
}
