using System.Collections.Concurrent;
using RabbitMQ.Client;
using SegPipe.Host.Batch.Storage;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

[Collection(BrokerCollection.Name)]
public sealed class WorkerTests(BrokerFixture fixture)
{
    [SkippableFact]
    public async Task A_job_is_planned_made_and_joined_and_the_queues_are_empty_behind_it()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture, workers: 2);
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);

        await farm.DoneAsync();

        Assert.Equal([0, 1, 2, 3], farm.Batch.Runs.Select(r => r.Index).Order());
        Assert.Equal(4, farm.Metrics.Sum(m => m.SegmentsOf("ok")));
        await farm.EmptyAsync();
    }

    [SkippableFact]
    public async Task What_fails_for_a_while_is_tried_again_and_what_is_poison_becomes_a_dead_letter()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (segment, _) => segment switch
        {
            { Seg: 1, Attempt: 1 } => throw new SegPipeException(ExitCode.PipelineFailed, "A child died."),
            { Seg: 2 } => throw new SegPipeException(ExitCode.InputUnusable, "The picture cannot be decoded."),
            _ => Task.CompletedTask,
        });
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);

        await Patiently.UntilAsync(() => farm.Batch.Failures.ContainsKey("drive") && farm.Batch.Runs.Contains(("drive", 1, 2)), "the job is given up");

        await Patiently.UntilAsync(() => farm.Side.Depth(Topology.DeadQueue) == 1, "a dead letter");
        var letter = Assert.Single(await new DeadLetters(farm.Side.Consuming, farm.Side.Publisher).ListAsync(farm.Side.Token));
        Assert.Equal(("drive/00002/2", "The picture cannot be decoded.", WorkerFarm.Quick.SegmentsQueue), (letter.Id, letter.Reason, letter.Queue));
        Assert.Equal([1, 2], farm.Batch.Runs.Where(r => r.Index == 2).Select(r => r.Attempt));
        Assert.Equal((3, 2, 1), (farm.Metrics[0].SegmentsOf("ok"), farm.Metrics[0].SegmentsOf("retry"), farm.Metrics[0].SegmentsOf("poison")));
    }

    [SkippableFact]
    public async Task What_is_not_to_begin_yet_waits_without_losing_a_try_and_keeps_its_trace_to_the_dead_letter()
    {
        var (trace, begun) = (TraceParent.New(), new ConcurrentQueue<DateTimeOffset>());
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (segment, _) =>
        {
            begun.Enqueue(TimeProvider.System.GetUtcNow());
            return segment.Seg == 2 ? throw new SegPipeException(ExitCode.InputUnusable, "The picture cannot be decoded.") : Task.CompletedTask;
        });
        var moment = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(4);
        await farm.Side.Publisher.SendAsync(farm.Batch.Job() with { NotBefore = moment, Traceparent = trace }, farm.Side.Token);

        await Patiently.UntilAsync(() => farm.Side.Depth(Topology.DeadQueue) == 1, "a dead letter");

        Assert.All(begun, at => Assert.True(at >= moment));
        var letter = Assert.Single(await new DeadLetters(farm.Side.Consuming, farm.Side.Publisher).ListAsync(farm.Side.Token));
        Assert.Equal(("drive/00002/2", trace), (letter.Id, letter.Traceparent));
        Assert.Equal([1, 1, 1, 1, 2], farm.Batch.Runs.Select(r => r.Attempt).Order());
    }

    [Fact]
    public void Who_waits_for_a_moment_waits_as_long_as_does_not_miss_it()
    {
        var topology = new Topology("cpu");

        Assert.Equal(["10s.jobs", "10s.jobs", "60s.jobs", "300s.jobs"], new double[] { 1, 59, 61, 1e6 }.Select(left => topology.WaitKey("jobs", TimeSpan.FromSeconds(left))));
    }

    [SkippableFact]
    public async Task What_cannot_be_made_is_a_dead_letter_and_the_rest_is_joined_where_gaps_are_allowed()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture, batch =>
        {
            batch.Gaps = true;
            batch.Make = (segment, _) => segment.Seg == 2 ? throw new SegPipeException(ExitCode.InputUnusable, "The picture cannot be decoded.") : Task.CompletedTask;
        });
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);

        await farm.DoneAsync();

        await Patiently.UntilAsync(() => farm.Side.Depth(Topology.DeadQueue) == 1, "a dead letter");
        Assert.Equal(1, farm.Batch.Joins);
    }

    [SkippableFact]
    public async Task A_worker_that_cannot_write_down_a_failure_goes_on()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture, batch =>
        {
            batch.Unwritable = new SegPipeException(ExitCode.IoError, "The disk is full.");
            batch.Make = (segment, _) => segment.Seg == 0 ? throw new SegPipeException(ExitCode.InputUnusable, "The picture cannot be decoded.") : Task.CompletedTask;
        });
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);
        await Patiently.UntilAsync(() => farm.Side.Depth(Topology.DeadQueue) == 1, "a dead letter");

        await farm.Side.Publisher.SendAsync(farm.Batch.Job("other"), farm.Side.Token);

        await Patiently.UntilAsync(() => farm.Batch.Runs.Count(r => r.Job == "other") >= 4, "the worker works on");
    }

    [SkippableFact]
    public async Task Several_workers_join_at_a_time()
    {
        var both = new Barrier(2);
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Join = cancel => Task.Run(() => both.SignalAndWait(cancel), cancel), workers: 2, names: ["drive", "other"]);
        foreach (var job in farm.Batch.Names) await farm.Side.Publisher.SendAsync(farm.Batch.Job(job), farm.Side.Token);

        await Patiently.UntilAsync(() => farm.Batch.Names.All(farm.Batch.IsDone), "both jobs are joined");

        await farm.EmptyAsync();
    }

    [SkippableFact]
    public async Task A_join_that_somebody_else_is_at_is_looked_at_again_and_again_which_is_no_try()
    {
        const int Looks = 5;
        var (looks, ear) = (0, new Ear(_ => { }));
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Join = _ => ++looks <= Looks ? throw new JoinHeldException("drive") : Task.CompletedTask, log: ear);
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);

        await farm.DoneAsync();
        await farm.EmptyAsync();

        Assert.Equal(Looks, ear.Heard.Split("waits: drive is being joined by another worker.").Length - 1);
        Assert.DoesNotContain("tried again", ear.Heard, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_a_machine_lacks_is_waited_for_longer_than_what_a_segment_fails_by()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (segment, _) =>
            segment is { Seg: 0, Attempt: < 6 } ? throw new SegPipeException(ExitCode.IoError, "The disk is full.") : Task.CompletedTask);
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);

        await farm.DoneAsync();
        await farm.EmptyAsync();

        Assert.Equal([1, 2, 3, 4, 5, 6], farm.Batch.Runs.Where(r => r.Index == 0).Select(r => r.Attempt));
        Assert.Empty(farm.Batch.Failures);
    }

    [SkippableFact]
    public async Task A_dead_letter_that_is_sent_again_is_done_when_its_cause_is_mended()
    {
        var mended = false;
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (segment, _) =>
            segment.Seg == 2 && !mended ? throw new SegPipeException(ExitCode.InputUnusable, "The picture cannot be decoded.") : Task.CompletedTask);
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);
        await Patiently.UntilAsync(() => farm.Batch.Failures.ContainsKey("drive"), "the job is given up");
        await Patiently.UntilAsync(() => farm.Side.Depth(Topology.DeadQueue) == 1, "a dead letter");
        var letters = new DeadLetters(farm.Side.Consuming, farm.Side.Publisher);

        mended = true;
        var (sent, none) = (await letters.RequeueAsync(l => l.Id == "drive/00002/2", farm.Side.Token), await letters.RequeueAsync(l => l.Id == "other", farm.Side.Token));

        Assert.Equal(("drive/00002/2", 0), (Assert.Single(sent).Id, none.Count));
        await farm.DoneAsync();
        await farm.EmptyAsync();
    }

    [SkippableFact]
    public async Task Two_that_finish_the_same_segment_commit_it_once()
    {
        var (both, first) = (new Barrier(2), true);
        await using var farm = await WorkerFarm.StartAsync(fixture, batch =>
        {
            batch.Make = (segment, cancel) => segment.Seg == 0 ? Task.Run(() => both.SignalAndWait(cancel), cancel) : Task.CompletedTask;
            batch.Result = segment => segment.Seg == 0 && !Interlocked.Exchange(ref first, false) ? "something else" : $"{segment.Seg}";
        }, workers: 2);
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);
        await farm.Side.Publisher.SendAsync(BrokerSide.Segment() with { BatchUri = farm.Batch.Uri }, farm.Side.Token);

        await farm.DoneAsync();
        await farm.EmptyAsync();

        Assert.Equal(2, farm.Batch.Runs.Count(r => r.Index == 0));
        Assert.Equal((4, 1), (farm.Metrics.Sum(m => m.SegmentsOf("ok")), farm.Metrics.Sum(m => m.SegmentsOf("stale"))));
    }

    [SkippableFact]
    public async Task A_slow_segment_that_the_broker_takes_away_is_cancelled_and_its_copy_commits()
    {
        var ends = new ConcurrentQueue<string>();
        fixture.Broker.SetConsumerTimeout(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        try
        {
            await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = async (segment, cancel) =>
            {
                if (segment.Seg != 3 || !ends.IsEmpty) return;
                await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => ends.Enqueue("cancelled"), TaskScheduler.Default);
                cancel.ThrowIfCancellationRequested();
            });
            await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);

            await farm.DoneAsync();
            await farm.EmptyAsync();

            Assert.Equal(["cancelled"], ends);
            Assert.Equal([1, 1], farm.Batch.Runs.Where(r => r.Index == 3).Select(r => r.Attempt));
        }
        finally
        {
            fixture.Broker.SetConsumerTimeout(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1));
        }
    }

    [SkippableFact]
    public async Task A_segment_that_takes_longer_than_its_deadline_or_makes_no_pictures_is_tried_again()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (segment, cancel) => segment is { Seg: 0 or 1, Attempt: 1 } ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask,
            settings: new() { Slots = 2, Stall = TimeSpan.FromSeconds(2) });
        await farm.Side.Publisher.SendAsync(BrokerSide.Segment() with { BatchUri = farm.Batch.Uri, DeadlineS = 1 }, farm.Side.Token);
        await farm.Side.Publisher.SendAsync(BrokerSide.Segment(1) with { BatchUri = farm.Batch.Uri }, farm.Side.Token);

        await Patiently.UntilAsync(() => farm.Metrics[0].SegmentsOf("ok") == 2, "both are made");

        Assert.Equal([("drive", 0, 1), ("drive", 0, 2), ("drive", 1, 1), ("drive", 1, 2)], farm.Batch.Runs.Order());
    }

    [SkippableFact]
    public async Task Six_rolling_restarts_cost_no_attempt_and_lose_nothing()
    {
        var gate = new SemaphoreSlim(0);
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (_, cancel) => gate.WaitAsync(cancel));
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);
        for (var i = 0; i < 6; i++)
        {
            var runs = farm.Batch.Runs.Count;
            await Patiently.UntilAsync(() => farm.Batch.Runs.Count > runs || (i == 0 && runs > 0), "a segment is in work");
            await farm.RestartAsync(abort: true);
        }

        gate.Release(100);
        await farm.DoneAsync();
        await farm.EmptyAsync();

        Assert.All(farm.Batch.Runs, r => Assert.Equal(1, r.Attempt));
        Assert.Empty(farm.Batch.Failures);
    }

    [SkippableFact]
    public async Task A_stop_finishes_what_is_in_work()
    {
        var gate = new SemaphoreSlim(0);
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (_, cancel) => gate.WaitAsync(cancel));
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);
        await Patiently.UntilAsync(() => !farm.Batch.Runs.IsEmpty, "a segment is in work");

        var stopped = farm.StopAsync(abort: false);
        gate.Release(100);
        await stopped;

        Assert.Equal(1, farm.Metrics[0].SegmentsOf("ok"));
        await Patiently.UntilAsync(() => farm.Side.Depth(WorkerFarm.Quick.SegmentsQueue) == 3, "three wait");
    }

    [SkippableFact]
    public async Task What_the_broker_lost_is_found_and_sent_again()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture, finds: true);
        await Patiently.UntilAsync(() => farm.Batch.IsDone(), "a job that nobody submitted is done");
        Assert.Equal(1, farm.Batch.Joins);
    }

    [SkippableFact]
    public async Task After_the_death_of_the_broker_in_the_middle_everything_is_made()
    {
        var gate = new SemaphoreSlim(0);
        await using var farm = await WorkerFarm.StartAsync(fixture, batch => batch.Make = (_, cancel) => gate.WaitAsync(cancel), workers: 2, finds: true);
        await farm.Side.Publisher.SendAsync(farm.Batch.Job(), farm.Side.Token);
        await Patiently.UntilAsync(() => farm.Batch.Runs.Count == 2, "both are at work");
        // A quorum queue whose broker dies in its first half second comes back without a leader, and finds none for most of a minute.
        await Task.Delay(TimeSpan.FromSeconds(1));

        farm.Side.Broker.Kill();
        gate.Release(100);
        await farm.Side.Broker.RestartAsync();

        await farm.DoneAsync();
        await farm.EmptyAsync();
    }

    [SkippableFact]
    public async Task A_broker_that_dies_as_soon_as_a_worker_has_begun_ends_no_worker()
    {
        var log = new Ear(text =>
        {
            if (text.Contains("takes 1 segments", StringComparison.Ordinal)) fixture.Broker.Kill();
        });
        await using var farm = await WorkerFarm.StartAsync(fixture, log: log);
        await Patiently.UntilAsync(() => log.Heard.Contains("takes 1 segments", StringComparison.Ordinal), "it has begun");

        await farm.Side.Broker.RestartAsync();

        await Patiently.UntilAsync(() => log.Heard.Split("connected to the broker").Length > 2 || !farm.IsAtWork, "both connections are there again");
        Assert.True(farm.IsAtWork);
    }

    [SkippableFact]
    public async Task A_message_that_cannot_be_read_or_leads_out_of_the_allowed_folders_is_a_dead_letter_that_touches_nothing()
    {
        await using var farm = await WorkerFarm.StartAsync(fixture);
        await farm.Side.Publisher.SendAsync(Topology.WorkExchange, WorkerFarm.Quick.SegmentsKey, new BasicProperties { Type = "spam", MessageId = "spam" }, "{}"u8.ToArray(), farm.Side.Token);
        await farm.Side.Publisher.SendAsync(BrokerSide.Segment() with { BatchUri = "file:///etc", Attempt = 2 }, farm.Side.Token);

        await Patiently.UntilAsync(() => farm.Side.Depth(Topology.DeadQueue) == 2, "two dead letters");

        var letters = await new DeadLetters(farm.Side.Consuming, farm.Side.Publisher).ListAsync(farm.Side.Token);
        Assert.Contains(letters, l => l.Id == "spam" && l.Reason.Contains("type 'spam'", StringComparison.Ordinal));
        Assert.Contains(letters, l => l.Reason.Contains("/etc lies below nothing", StringComparison.Ordinal));
        Assert.Empty(farm.Batch.Runs);
    }
}
