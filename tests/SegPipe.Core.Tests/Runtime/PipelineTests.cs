using SegPipe.Components;
using SegPipe.Frames;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Runtime;

public sealed class PipelineTests
{
    private static readonly TimeSpan Deadlock = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Copies_of_a_stage_keep_the_order_of_the_frames()
    {
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = 300 })
            .Touch("work", new() { From = From("in.picture"), Workers = 4, Spin = 3 })
            .Collect("out", new() { From = From("work") })
            .Build();
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

        var seen = Collected(pipeline, "out");
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (long)i), seen.Headers.Select(h => h.Sequence));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (byte)(i + 1)), seen.FirstBytes);
        Assert.Single(seen.Formats);
        Assert.True(seen.Completed);
        Assert.Equal("done", report.Result);
    }

    [Fact]
    public async Task Formats_know_the_pictures_that_they_come_from()
    {
        await using var pipeline = new TestPipeline()
            .Source("in", new())
            .Touch("work", new() { From = From("in.picture") })
            .Add("map", ComponentKind.Stage, "outline", new OutlineOptions { From = From("work") })
            .Collect("out", new() { From = From("map") })
            .Build();

        await pipeline.OpenAsync(default);

        var format = Assert.Single(Collected(pipeline, "out").Formats);
        Assert.Equal(new PictureSize(6, 4), format.Pictures["in.picture"]);
        Assert.Equal(new PictureSize(6, 4), format.Pictures["work"]);
        Assert.Equal(10, format.FrameCount);
    }

    [Fact]
    public async Task A_failing_frame_ends_the_run_and_no_sink_completes()
    {
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = 50 })
            .Touch("work", new() { From = From("in.picture"), FailEvery = 7 })
            .Collect("out", new() { From = From("work") })
            .Build();
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

        Assert.Equal(ExitCode.PipelineFailed, report.ExitCode);
        Assert.Equal("Frame 6 was refused.", report.Error);
        Assert.Equal("work", report.FailedComponent);
        Assert.Empty(report.Unbalanced);
        Assert.False(Collected(pipeline, "out").Completed);
        Assert.True(Collected(pipeline, "out").Disposed);
    }

    [Fact]
    public async Task A_failing_source_ends_the_run_with_its_own_exit_code()
    {
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = 50, FailAt = 20 })
            .Collect("out", new() { From = From("in.picture") })
            .Build();
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

        Assert.Equal(ExitCode.InputUnusable, report.ExitCode);
        Assert.False(Collected(pipeline, "out").Completed);
    }

    [Fact]
    public async Task Dropped_frames_leave_pairs_without_partner_as_the_combine_says()
    {
        foreach (var (missing, written) in new[] { (WhenMissing.Wait, 40), (WhenMissing.Pass, 50) })
        {
            await using var pipeline = new TestPipeline()
                .Source("in", new() { Frames = 50 })
                .Touch("gaps", new() { From = From("in.picture"), FailEvery = 5, OnError = OnError.DropFrame })
                .Add("map", ComponentKind.Stage, "outline", new OutlineOptions { From = From("gaps") })
                .Add("both", ComponentKind.Stage, "pair", new PairOptions { From = From("map", "in.picture"), WhenMissing = missing })
                .Collect("out", new() { From = From("both") })
                .Build();
            await pipeline.OpenAsync(default);

            var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

            Assert.Equal("done", report.Result);
            Assert.Equal(written, Collected(pipeline, "out").Headers.Count);
        }
    }

    [Fact]
    public async Task A_graph_that_cannot_fit_into_the_budget_is_refused_with_the_largest_edge()
    {
        await using var pipeline = new TestPipeline { Limits = new() { Memory = 10_000 } }
            .Source("in", new())
            .Collect("out", new() { From = From("in.picture") })
            .Build();

        var error = await Assert.ThrowsAsync<SegPipeException>(() => pipeline.OpenAsync(default));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.Contains("'in.picture' and 'out'", error.Message);
    }

    [Fact]
    public async Task A_stop_drains_and_completes()
    {
        using var stop = new CancellationTokenSource();
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = int.MaxValue })
            .Collect("out", new() { From = From("in.picture") })
            .Build();
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);
        while (pipeline.Snapshot().Streams[0].Written < 20) await Task.Yield();

        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        Assert.Equal("stopped", report.Result);
        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.True(Collected(pipeline, "out").Completed);
    }
}
