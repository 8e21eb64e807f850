using RabbitMQ.Client;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

[Collection(BrokerCollection.Name)]
public sealed class DeliveryLineTests(BrokerFixture fixture)
{
    [SkippableFact]
    public async Task A_message_arrives_as_it_was_sent_and_is_gone_when_acknowledged()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);
        await side.Publisher.SendAsync(BrokerSide.Segment(7), side.Token);
        await using var line = await side.ConsumeAsync(side.Topology.SegmentsQueue);

        var delivery = await line.Arrived.ReadAsync(side.Token);

        Assert.Equal(BrokerSide.Segment(7), ClusterMessage.Read(delivery.Properties.Type, delivery.Body));
        Assert.Equal("drive/00007/1", delivery.Properties.MessageId);
        Assert.True(delivery.Properties.Persistent);
        Assert.True(await line.AckAsync(delivery, side.Token));
        Assert.Equal(1, side.Publisher.Published);
        await Patiently.UntilAsync(() => side.Depth(side.Topology.SegmentsQueue) == 0, "the queue is empty");
    }

    [SkippableFact]
    public async Task A_retry_comes_back_to_its_queue_after_its_wait()
    {
        await using var side = await BrokerSide.OpenAsync(fixture, new("cpu") { Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)] });
        await using var line = await side.ConsumeAsync(side.Topology.HighQueue);
        var sent = TimeProvider.System.GetTimestamp();

        await side.Publisher.RetryAsync(BrokerSide.Segment() with { High = true, Attempt = 2 }, side.Token);
        await side.Publisher.RetryAsync(BrokerSide.Segment() with { High = true, Attempt = 9 }, side.Token);

        foreach (var (attempt, wait) in ((int, TimeSpan)[])[(2, side.Topology.Delays[0]), (9, side.Topology.Delays[1])])
        {
            var delivery = await line.Arrived.ReadAsync(side.Token);
            Assert.Equal(attempt, ClusterMessage.Read(delivery.Properties.Type, delivery.Body).Attempt);
            Assert.True(TimeProvider.System.GetElapsedTime(sent) >= wait);
            await line.AckAsync(delivery, side.Token);
        }
    }

    [SkippableFact]
    public async Task Declaring_again_changes_nothing_and_another_layout_is_refused()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);

        await side.Publisher.DeclareAsync(side.Token);

        var otherwise = new Publisher(side.Consuming, side.Topology with { ReconcileEvery = TimeSpan.FromSeconds(5) }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var refused = await Assert.ThrowsAsync<SegPipeException>(() => otherwise.DeclareAsync(side.Token));
        Assert.Equal(ExitCode.Unavailable, refused.Code);
        Assert.Contains("reconcile.wait", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_queue_that_was_deleted_is_declared_anew_by_whoever_publishes()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);
        side.Broker.Control("delete_queue", "-p", side.VirtualHost, side.Topology.SegmentsQueue);

        await side.Publisher.SendAsync(BrokerSide.Segment(), side.Token);

        await Patiently.UntilAsync(() => side.Depth(side.Topology.SegmentsQueue) == 1, "the message arrives");
        await Assert.ThrowsAsync<SegPipeException>(() => side.Publisher.SendAsync(Topology.WorkExchange, "nowhere", new BasicProperties(), new byte[1], side.Token));
    }

    [SkippableFact]
    public async Task A_line_is_lost_with_its_queue()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);
        await using var line = await side.ConsumeAsync(side.Topology.SegmentsQueue);

        side.Broker.Control("delete_queue", "-p", side.VirtualHost, side.Topology.SegmentsQueue);

        await Patiently.UntilAsync(() => line.Lost.IsCancellationRequested, "the line is lost");
    }

    [SkippableFact]
    public async Task A_delivery_held_longer_than_the_broker_bears_is_lost_and_cannot_be_acknowledged()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);
        side.Broker.SetConsumerTimeout(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        try
        {
            await side.Publisher.SendAsync(BrokerSide.Segment(), side.Token);
            await using var line = await side.ConsumeAsync(side.Topology.SegmentsQueue);
            var delivery = await line.Arrived.ReadAsync(side.Token);

            await Patiently.UntilAsync(() => line.Lost.IsCancellationRequested, "the line is lost");

            Assert.False(await line.AckAsync(delivery, side.Token));
            await using var next = await side.ConsumeAsync(side.Topology.SegmentsQueue);
            Assert.True(next.Generation > line.Generation);
            Assert.True((await next.Arrived.ReadAsync(side.Token)).Redelivered);
        }
        finally
        {
            side.Broker.SetConsumerTimeout(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1));
        }
    }

    [SkippableFact]
    public async Task What_was_confirmed_survives_the_death_of_the_broker_and_both_ends_connect_again()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);
        for (var i = 0; i < 20; i++) await side.Publisher.SendAsync(BrokerSide.Segment(i), side.Token);
        await using var line = await side.ConsumeAsync(side.Topology.SegmentsQueue);
        await line.Arrived.ReadAsync(side.Token);

        side.Broker.Kill();
        await Patiently.UntilAsync(() => line.Lost.IsCancellationRequested, "the line is lost");
        var late = side.Publisher.SendAsync(BrokerSide.Segment(20), side.Token);
        await side.Broker.RestartAsync();
        await late;

        await using var again = await side.ConsumeAsync(side.Topology.SegmentsQueue, prefetch: 50);
        var numbers = new List<int>();
        while (numbers.Count < 21)
        {
            var delivery = await again.Arrived.ReadAsync(side.Token);
            numbers.Add(((SegmentMessage)ClusterMessage.Read(delivery.Properties.Type, delivery.Body)).Seg);
            Assert.True(await again.AckAsync(delivery, side.Token));
        }
        Assert.Equal(Enumerable.Range(0, 21), numbers.Order());
    }

    [SkippableFact]
    public async Task While_the_disk_alarm_holds_up_publishers_consumers_go_on()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);
        await side.Publisher.SendAsync(BrokerSide.Segment(1), side.Token);

        side.Broker.SetDiskFreeLimit("1000000GB");
        Task blocked;
        try
        {
            await Patiently.UntilAsync(() => side.Broker.Control("eval", "rabbit_alarm:get_alarms().").Contains("disk", StringComparison.Ordinal), "the alarm");
            blocked = side.Publisher.SendAsync(BrokerSide.Segment(2), side.Token);
            await using var line = await side.ConsumeAsync(side.Topology.SegmentsQueue);
            Assert.True(await line.AckAsync(await line.Arrived.ReadAsync(side.Token), side.Token));
            await Patiently.UntilAsync(() => side.Depth(side.Topology.SegmentsQueue) == 0, "the queue is empty");
            Assert.False(blocked.IsCompleted);
        }
        finally
        {
            side.Broker.SetDiskFreeLimit("10MB");
        }

        await blocked;
        await Patiently.UntilAsync(() => side.Depth(side.Topology.SegmentsQueue) == 1, "the message arrives");
    }

    [SkippableFact]
    public async Task A_wrong_password_and_an_absent_broker_are_told_without_the_password()
    {
        var broker = fixture.Broker;
        foreach (var (address, reason) in ((string, string)[])[($"amqp://segpipe:wrong-pass@127.0.0.1:{broker.Port}/", "refuses this user"), ($"amqp://segpipe:wrong-pass@127.0.0.1:{FreePort.Find()}/", "cannot be reached")])
        {
            await using var link = new BrokerLink(BrokerAddress.Parse(address), "test", TimeSpan.FromSeconds(10), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

            var refused = await Assert.ThrowsAsync<SegPipeException>(() => link.ConnectedAsync(default));

            Assert.Equal(ExitCode.Unavailable, refused.Code);
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-pass", refused.ToString(), StringComparison.Ordinal);
        }
    }
}
