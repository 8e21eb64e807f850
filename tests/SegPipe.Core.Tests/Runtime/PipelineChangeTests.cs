using SegPipe.Components;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Runtime;

public sealed class PipelineChangeTests
{
    private const int Endless = int.MaxValue;
    private static readonly TimeSpan Deadlock = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_changed_stream_drains_and_its_successor_begins_while_the_others_lose_nothing()
    {
        using var stop = new CancellationTokenSource();
        await using var pipeline = Two(rear: 1).Build(reloadable: true);
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);
        await FramesAsync(pipeline, "front", 10);
        await FramesAsync(pipeline, "rear", 10);

        await using (var change = await pipeline.PrepareAsync(Two(rear: 2).Definition()))
        {
            Assert.Equal(["front"], change.Kept);
            Assert.Equal(["rear"], change.Restarted);
            Assert.True(await change.ApplyAsync(Deadlock));
        }
        var old = Collected(pipeline, "rear");
        Assert.True(old.Completed);
        while (pipeline.Streams.Single(s => s.Id == "rear").Components.Single(c => c.Id == "rear").Frames < 10) await Task.Yield();
        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        var front = Collected(pipeline, "front").Headers;
        Assert.Equal(Enumerable.Range(0, front.Count).Select(i => (long)i), front.Select(h => h.Sequence));
        var restart = old.Headers.FindLastIndex(h => h.Sequence == 0);
        Assert.True(restart >= 10);
        Assert.Equal(Enumerable.Range(0, restart).Select(i => (long)i), old.Headers.Take(restart).Select(h => h.Sequence));
        Assert.Equal(["rear", "front", "rear"], report.Streams.Select(s => s.Id));
        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Empty(report.Unbalanced);
    }

    [Fact]
    public async Task A_failed_stream_is_started_again_also_where_nothing_changed()
    {
        using var stop = new CancellationTokenSource();
        TestPipeline Make() => Add(new TestPipeline().Source("in", new() { Frames = 50, FailAt = 5 }).Collect("bad", new() { From = From("in.picture") }).EndStream("rear"), "front", 1);
        await using var pipeline = Make().Build(reloadable: true);
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);
        while (pipeline.Streams[0].Phase != StreamPhase.Failed) await Task.Yield();

        await using (var change = await pipeline.PrepareAsync(Make().Definition()))
        {
            Assert.Equal(["rear"], change.Restarted);
            Assert.True(await change.ApplyAsync(Deadlock));
        }
        while (pipeline.Streams[0].Phase != StreamPhase.Failed) await Task.Yield();
        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        Assert.Equal(2, report.Streams.Count(s => s is { Id: "rear", Result: "failed" }));
        Assert.Equal(ExitCode.InputUnusable, report.ExitCode);
    }

    [Fact]
    public async Task A_camera_that_never_came_is_exchanged_for_one_that_is_there()
    {
        using var stop = new CancellationTokenSource();
        TestPipeline absent = Add(new TestPipeline().Add("in", ComponentKind.Source, "absent", new AbsentOptions()).Collect("rear", new() { From = From("in") }).EndStream("rear"), "front", 1);
        await using var pipeline = absent.Build(reloadable: true);
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);
        await FramesAsync(pipeline, "front", 10);

        await using (var change = await pipeline.PrepareAsync(Two(rear: 1).Definition())) Assert.True(await change.ApplyAsync(Deadlock));
        await FramesAsync(pipeline, "rear", 10);
        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Empty(report.Unbalanced);
    }

    [Fact]
    public async Task A_stream_that_does_not_drain_in_time_is_cut_off_and_its_successor_begins()
    {
        using var stop = new CancellationTokenSource();
        TestPipeline Make(int every) => Add(new TestPipeline().Source("in", new() { Frames = Endless }).Collect("rear", new() { From = From("in.picture"), YieldEvery = every }).EndStream("rear"), "front", 1);
        await using var pipeline = Make(1).Build(reloadable: true);
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);
        await FramesAsync(pipeline, "rear", 10);

        await using (var change = await pipeline.PrepareAsync(Make(2).Definition())) Assert.True(await change.ApplyAsync(TimeSpan.Zero));
        await FramesAsync(pipeline, "rear", 10);
        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        Assert.Equal(["rear", "rear", "front"], report.Streams.Select(s => s.Id).Order().Reverse());
        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Empty(report.Unbalanced);
    }

    [Fact]
    public async Task What_was_prepared_and_not_applied_changes_nothing()
    {
        using var stop = new CancellationTokenSource();
        await using var pipeline = Two(rear: 1).Build(reloadable: true);
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);

        await (await pipeline.PrepareAsync(Two(rear: 2).Definition())).DisposeAsync();
        await FramesAsync(pipeline, "rear", 10);
        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        Assert.Equal(["front", "rear"], report.Streams.Select(s => s.Id));
        Assert.Empty(report.Unbalanced);
    }

    [Fact]
    public async Task A_run_that_is_over_takes_nothing_over()
    {
        await using var pipeline = Two(rear: 1).Build(reloadable: true);
        await pipeline.OpenAsync(default);
        await pipeline.RunAsync(new CancellationToken(canceled: true), default).WaitAsync(Deadlock);

        await using var change = await pipeline.PrepareAsync(Two(rear: 2).Definition());

        Assert.False(await change.ApplyAsync(Deadlock));
    }

    [Fact]
    public async Task Streams_of_which_one_is_new_and_one_is_gone_are_both_counted()
    {
        using var stop = new CancellationTokenSource();
        await using var pipeline = Two(rear: 1).Build(reloadable: true);
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);
        await FramesAsync(pipeline, "rear", 10);

        await using (var change = await pipeline.PrepareAsync(Add(Add(new(), "front", 1), "side", 1).Definition()))
        {
            Assert.Equal(["side"], change.Started);
            Assert.Equal(["rear"], change.Stopped);
            Assert.True(await change.ApplyAsync(Deadlock));
        }
        await FramesAsync(pipeline, "side", 10);
        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        Assert.Equal(["front", "side"], pipeline.Streams.Select(s => s.Id));
        Assert.Equal(["rear", "front", "side"], report.Streams.Select(s => s.Id));
        Assert.Empty(report.Unbalanced);
    }

    private static TestPipeline Two(int rear) => Add(Add(new(), "front", 1), "rear", rear);

    private static TestPipeline Add(TestPipeline pipeline, string stream, int spin) => pipeline
        .Source("in", new() { Frames = Endless })
        .Touch("work", new() { From = From("in.picture"), Spin = spin })
        .Collect(stream, new() { From = From("work") })
        .EndStream(stream);

    private static async Task FramesAsync(Pipeline pipeline, string sink, int frames)
    {
        while (pipeline.Streams.SelectMany(s => s.Components).Single(c => c.Id == sink).Frames < frames) await Task.Yield();
    }
}
