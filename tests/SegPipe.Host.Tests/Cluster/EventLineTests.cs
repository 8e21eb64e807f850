using System.Text;
using SegPipe.Host.Watching;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

[Collection(BrokerCollection.Name)]
public sealed class EventLineTests(BrokerFixture fixture)
{
    [SkippableFact]
    public async Task What_one_tells_another_hears_while_it_is_watched_and_nothing_stays_behind()
    {
        await using var side = await BrokerSide.OpenAsync(fixture);
        var (teller, unheard) = (Self("teller"), new WatchFeed(TimeProvider.System));
        var feed = new WatchFeed(TimeProvider.System);
        await using var telling = new EventLine(side.Address, teller, unheard, TimeProvider.System);
        await using var hearing = new EventLine(side.Address, Self("listener"), feed, TimeProvider.System);
        using var end = new CancellationTokenSource();
        using var endTelling = new CancellationTokenSource();
        var (told, heard) = (telling.RunAsync(endTelling.Token), hearing.RunAsync(end.Token));
        feed.Watch();
        using var item = teller.Board.Begin(WorkKind.Segment, "/data/out", "drive", 3);
        item.Watch(() => 42);

        await Patiently.UntilAsync(() => feed.Workers().Any(w => w.Alive.Worker == "teller"), "the teller lives");
        teller.Failed("/data/out", "drive", 3, 1, again: true, new SegPipeException(ExitCode.PipelineFailed, "The word is swordfish."));
        await Patiently.UntilAsync(() => feed.Events().Count > 0, "a failure is heard of");
        await Patiently.UntilAsync(() => hearing.DeadLetters == 0, "dead letters are counted");
        await endTelling.CancelAsync();
        await told;
        await Patiently.UntilAsync(() => feed.Workers().All(w => w.Alive.Worker != "teller"), "the teller has ended");

        Assert.Equal(["worker.ended", "segment.failed"], feed.Events().Select(e => e.Type));
        Assert.Equal("The word is ***.", ((SegmentFailed)feed.Events()[1]).Reason);
        Assert.Empty(unheard.Workers());
        await end.CancelAsync();
        await heard;
        Assert.DoesNotContain(side.Broker.Queues(side.VirtualHost).Keys, name => name.StartsWith("amq.gen", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Without_a_broker_it_waits_and_fails_nothing()
    {
        Skip.IfNot(RabbitMqBroker.WhyMissing is null, RabbitMqBroker.WhyMissing);
        var self = Self("alone");
        await using var line = new EventLine(BrokerAddress.Parse($"amqp://nobody:word@127.0.0.1:{FreePort.Find()}/"), self, new(TimeProvider.System), TimeProvider.System);
        using var end = new CancellationTokenSource();
        var telling = line.RunAsync(end.Token);

        for (var i = 0; i < 1000; i++) self.Done("/data/out", "drive");
        await end.CancelAsync();
        await telling;

        Assert.False(line.IsConnected);
        Assert.Null(line.DeadLetters);
    }

    [Fact]
    public void An_event_comes_out_as_it_went_in_and_what_is_none_is_nothing()
    {
        var self = Self("w");
        using var item = self.Board.Begin(WorkKind.Segment, "/data/out", "drive", 3);
        self.Board.Own("gate", 7);
        var alive = self.Alive();

        var read = (WorkerAlive)WatchEvent.Read(alive.Type, alive.Write()!)!;

        Assert.Equal((alive.Worker, alive.Work[0], alive.Streams[0]), (read.Worker, read.Work[0], read.Streams[0]));
        foreach (var text in (string[])["", "null", "{}", "[1]", "{\"worker\":\"w\"}", new string('{', 1000), "{\"worker\":null,\"time\":\"x\"}"])
            Assert.Null(WatchEvent.Read(WorkerAlive.TypeName, Encoding.UTF8.GetBytes(text)));
        Assert.Null(WatchEvent.Read("worker.other", alive.Write()!));
        Assert.Null(WatchEvent.Read(alive.Type, (alive with { Work = [.. Enumerable.Repeat(alive.Work[0], 100)] }).Write() ?? []));
        Assert.Null((alive with { Host = new('h', WatchEvent.MostBytes) }).Write());
    }

    [Fact]
    public void Many_segments_that_went_well_push_out_no_failure_and_strangers_no_worker()
    {
        var feed = new WatchFeed(TimeProvider.System);
        var self = Self("w");
        self.Post = feed.Hear;
        feed.Hear(self.Alive());
        self.Failed("/data/out", "broken", "It is no video.");
        for (var i = 0; i < 500; i++) self.Done("/data/out", "drive", i, self.Board.Begin(WorkKind.Segment, "/data/out", "drive", i).Now());
        for (var i = 0; i < 5000; i++) feed.Hear(self.Alive() with { Worker = $"stranger-{i}" });

        Assert.Single(feed.Events(), e => e is JobFailed);
        Assert.True(feed.Events().Count < 100 && feed.Workers().Count <= 2000);
        Assert.Contains(feed.Workers(), w => w.Alive.Worker == "w");
    }

    private static WatchSelf Self(string name) =>
        new(name, TimeProvider.System, text => text.Replace("swordfish", "***", StringComparison.Ordinal)) { Class = "cpu", Slots = 1 };
}
