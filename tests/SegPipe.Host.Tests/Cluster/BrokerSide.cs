using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>A client of a test's own virtual host, with every queue declared.</summary>
internal sealed class BrokerSide : IAsyncDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _patience = new(Patience);
    private readonly BrokerLink _publishing;

    private BrokerSide(RabbitMqBroker broker, string virtualHost, int? port, Topology topology)
    {
        (Broker, VirtualHost, Topology) = (broker, virtualHost, topology);
        Address = BrokerAddress.Parse(broker.Uri(virtualHost, port));
        _publishing = new(Address, "test publishes", Heartbeat, TimeProvider.System, NullLogger.Instance);
        Consuming = new(Address, "test consumes", Heartbeat, TimeProvider.System, NullLogger.Instance);
        Publisher = new(_publishing, topology, TimeProvider.System, NullLogger.Instance);
    }

    public RabbitMqBroker Broker { get; }

    public string VirtualHost { get; }

    public BrokerAddress Address { get; }

    public Topology Topology { get; }

    public BrokerLink Consuming { get; }

    public Publisher Publisher { get; }

    public CancellationToken Token => _patience.Token;

    public static async Task<BrokerSide> OpenAsync(BrokerFixture fixture, Topology? topology = null, int? port = null)
    {
        var side = new BrokerSide(fixture.Broker, fixture.Broker.AddVirtualHost(), port, topology ?? new("cpu"));
        await side.Publisher.DeclareAsync(side.Token);
        return side;
    }

    public static SegmentMessage Segment(int number = 0) => new()
    {
        JobId = "drive",
        Seg = number,
        BatchUri = "file:///data/out",
        PlanSha256 = new('a', 64),
        ConfigHash = new('b', 64),
        Class = "cpu",
        DeadlineS = 60,
    };

    public Task<DeliveryLine> ConsumeAsync(string queue, ushort prefetch = 1) => DeliveryLine.OpenAsync(Consuming, [queue], prefetch, Token);

    /// <summary>Messages in a queue, those in work included; a broker that has just started may not know yet.</summary>
    public int Depth(string queue) => Broker.Queues(VirtualHost)[queue];

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        await _publishing.DisposeAsync();
        await Consuming.DisposeAsync();
        _patience.Dispose();
    }
}
