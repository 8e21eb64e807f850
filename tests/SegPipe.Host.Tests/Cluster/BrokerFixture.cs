using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>One broker for the tests of a collection, which run one after the other; each test has a virtual host of its own.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private RabbitMqBroker? _broker;

    /// <summary>The broker; where it is not installed, the test is skipped.</summary>
    public RabbitMqBroker Broker
    {
        get
        {
            Skip.IfNot(RabbitMqBroker.WhyMissing is null, RabbitMqBroker.WhyMissing);
            return _broker!;
        }
    }

    public async Task InitializeAsync() => _broker = RabbitMqBroker.WhyMissing is null ? await RabbitMqBroker.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class BrokerCollection : ICollectionFixture<BrokerFixture>
{
    public const string Name = "broker";
}

[CollectionDefinition(Name)]
public sealed class FarmCollection : ICollectionFixture<BrokerFixture>
{
    public const string Name = "farm";
}
