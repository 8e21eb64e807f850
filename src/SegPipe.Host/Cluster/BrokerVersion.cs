using System.Text;

namespace SegPipe.Host.Cluster;

/// <summary>The broker's version and what it cannot do. Unknown queue arguments are accepted silently, so nothing but the version tells.</summary>
/// <param name="Number">As the server says it.</param>
internal sealed record BrokerVersion(Version Number)
{
    private static readonly (Version Since, string Without)[] Guarantees =
    [
        (new(3, 12), "no acknowledgement timeout of a queue's own (the broker's counts for all: 30 minutes where nobody changed it; --ack-timeout says so)"),
        (new(4, 0), "consumer priorities do not move a single active consumer (streams spread by waiting their turn instead)"),
        (new(4, 3), "an acknowledgement timeout closes the channel, and a worker's clean end counts as a delivery (it hands its messages back before)"),
    ];

    private static readonly Version Least = new(3, 10);

    /// <summary>Whether a queue needs telling that its deliveries are not limited.</summary>
    public bool LimitsDeliveries => Number >= new Version(4, 0);

    /// <summary>What is off here, as sentences for people.</summary>
    public IEnumerable<string> Missing => Guarantees.Where(g => Number < g.Since).Select(g => g.Without);

    /// <summary>Reads it from what the server told of itself.</summary>
    /// <exception cref="SegPipeException">69 for another product, and for one that is too old.</exception>
    public static BrokerVersion Of(IDictionary<string, object?>? properties)
    {
        var (product, text) = (Text(properties, "product"), Text(properties, "version"));
        // A release candidate is called 4.0.0-rc.1.
        if (product != "RabbitMQ" || !Version.TryParse(text.Split('-', '+')[0], out var number))
            throw new SegPipeException(ExitCode.Unavailable, $"The broker is '{product} {text}', not RabbitMQ.", "Name the address of a RabbitMQ, 3.10 or newer.");
        return number >= Least
            ? new(number)
            : throw new SegPipeException(ExitCode.Unavailable, $"The broker is RabbitMQ {text}, which loses dead letters.", $"Install RabbitMQ {Least} or newer.");
    }

    private static string Text(IDictionary<string, object?>? properties, string name) =>
        properties is not null && properties.TryGetValue(name, out var value) && value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "";
}
