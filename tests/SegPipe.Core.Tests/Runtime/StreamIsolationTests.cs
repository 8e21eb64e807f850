using SegPipe.Components;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Runtime;

public sealed class StreamIsolationTests
{
    private static readonly TimeSpan Deadlock = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_stream_that_fails_ends_alone()
    {
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = 50, FailAt = 5 })
            .Collect("bad", new() { From = From("in.picture") })
            .EndStream("rear")
            .Source("in", new() { Frames = 400 })
            .Touch("work", new() { From = From("in.picture"), Spin = 3 })
            .Collect("good", new() { From = From("work") })
            .EndStream("front")
            .Build();
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

        Assert.Equal(400, Collected(pipeline, "good").Headers.Count);
        Assert.True(Collected(pipeline, "good").Completed);
        Assert.Equal(["failed", "done"], report.Streams.Select(s => s.Result));
        Assert.Equal(ExitCode.InputUnusable, report.ExitCode);
        Assert.Empty(report.Unbalanced);
    }

    [Fact]
    public async Task A_camera_that_is_never_there_holds_up_nobody_and_ends_when_asked()
    {
        using var stop = new CancellationTokenSource();
        await using var pipeline = new TestPipeline()
            .Add("in", ComponentKind.Source, "absent", new AbsentOptions())
            .Collect("nothing", new() { From = From("in") })
            .EndStream("rear")
            .Source("in", new() { Frames = 100 })
            .Collect("good", new() { From = From("in.picture") })
            .EndStream("front")
            .Build();
        await pipeline.OpenAsync(default);
        var run = pipeline.RunAsync(stop.Token, default);
        while (!Collected(pipeline, "good").Disposed) await Task.Yield();

        await stop.CancelAsync();
        var report = await run.WaitAsync(Deadlock);

        Assert.Equal(100, Collected(pipeline, "good").Headers.Count);
        Assert.Equal("stopped", report.Result);
        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Empty(report.Unbalanced);
    }
}
