using FsCheck;
using FsCheck.Fluent;
using SegPipe.Components;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Runtime;

public sealed class LedgerTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly TimeSpan Deadlock = TimeSpan.FromSeconds(15);

    [Fact]
    public void Random_graphs_balance_whatever_happens_to_them()
    {
        var kinds = new Dictionary<string, int>();
        var property = Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var result = RunAsync(seed).GetAwaiter().GetResult();
            kinds[result] = kinds.GetValueOrDefault(result) + 1;
        });

        property.Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithRunner(Config.QuickThrowOnFailure.Runner));

        output.WriteLine(string.Join(", ", kinds.OrderBy(k => k.Key).Select(k => $"{k.Key}: {k.Value}")));
        Assert.Equal(["aborted", "done", "failed", "stopped"], kinds.Keys.Order());
    }

    [Fact]
    public async Task A_combine_that_waits_behind_a_lossy_edge_tells_at_once_what_was_lost_before()
    {
        // The newest picture waits in the first one for its map, which the source can only give when the second one, full of older pictures, goes on.
        for (var i = 0; i < 200; i++)
        {
            await using var pipeline = new TestPipeline()
                .Source("in", new() { Frames = 27 })
                .Add("first", ComponentKind.Stage, "pair", new PairOptions { From = From("in.picture", "in.labels"), WhenMissing = WhenMissing.Pass, Edge = Edge(WhenFull.Latest) })
                .Add("outline", ComponentKind.Stage, "outline", new OutlineOptions { From = From("first") })
                .Add("second", ComponentKind.Stage, "pair", new PairOptions { From = From("in.picture", "outline"), WhenMissing = WhenMissing.Pass })
                .Collect("out", new() { From = From("second") })
                .Build();
            await pipeline.OpenAsync(default);

            var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

            Assert.Equal(27, report.Streams[0].Components.Single(c => c.Id == "out").Inputs[0].Processed);
        }
    }

    [Theory]
    [InlineData(WhenFull.Wait)]
    [InlineData(WhenFull.DropOldest)]
    [InlineData(WhenFull.DropNewest)]
    [InlineData(WhenFull.Latest)]
    public async Task Every_picture_is_written_or_dropped_at_the_edge(WhenFull whenFull)
    {
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = 200 })
            .Touch("slow", new() { From = From("in.picture"), Spin = 40, Edge = Edge(whenFull) })
            .Collect("out", new() { From = From("slow") })
            .Build();
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

        Assert.Empty(report.Unbalanced);
        Assert.Equal(ExitCode.Done, report.ExitCode);
        var written = Collected(pipeline, "out").Headers.Select(h => h.Sequence).ToList();
        var edge = report.Streams[0].Edges.First(e => e.To == "slow");
        Assert.Equal(200, written.Count + edge.DroppedFull);
        Assert.Equal(written.Order(), written);
        if (whenFull == WhenFull.Wait) Assert.Equal(200, written.Count);
    }

    private static async Task<string> RunAsync(int seed)
    {
        var random = new Random(seed);
        var (builder, frames) = RandomGraph(random);
        while (builder.Problems().Any()) (builder, frames) = RandomGraph(random);
        await using var pipeline = builder.Build();
        await pipeline.OpenAsync(default);
        using var stop = new CancellationTokenSource();
        using var abort = new CancellationTokenSource();
        var ending = random.Next(4);
        var after = random.Next(frames);
        var run = pipeline.RunAsync(stop.Token, abort.Token);
        if (ending < 2)
        {
            // A moment in the life of the run, told by what it has done.
            var reached = Task.Run(async () =>
            {
                while (!run.IsCompleted && pipeline.Edges.First().Offered < after) await Task.Yield();
            });
            await reached.WaitAsync(Deadlock);
            await (ending == 0 ? stop : abort).CancelAsync();
        }

        RunReport report;
        try
        {
            report = await run.WaitAsync(Deadlock);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"seed {seed}: deadlock. {string.Join("; ", pipeline.Snapshot().Streams[0].Components)} {string.Join("; ", pipeline.Snapshot().Streams[0].Edges)}");
        }

        Assert.True(report.Unbalanced.Count == 0, $"seed {seed}: {string.Join("; ", report.Unbalanced)}");
        Assert.Equal(0, pipeline.Pool.OutstandingBuffers);
        Assert.All(pipeline.Edges, e => Assert.Equal(0, e.Queued));
        return report.Result;
    }

    private static (TestPipeline Builder, int Frames) RandomGraph(Random random)
    {
        var frames = random.Next(1, 60);
        var builder = new TestPipeline().Source("in", new() { Frames = frames, FailAt = random.Next(12) == 0 ? random.Next(frames) : -1 });
        List<string> pictures = ["in.picture"], labels = ["in.labels"];
        string Any(List<string> names) => names[random.Next(names.Count)];
        int Sometimes(int most) => random.Next(4) == 0 ? random.Next(2, most) : 0;
        OnError OnError() => random.Next(5) == 0 ? Components.OnError.Fail : Components.OnError.DropFrame;
        EdgeOptionsSet? Policy() => random.Next(2) == 0 ? null : Edge((WhenFull)random.Next(4), random.Next(1, 5));
        for (var i = random.Next(1, 7); i > 0; i--)
        {
            var id = $"s{i}";
            switch (random.Next(5))
            {
                case 0:
                    builder.Add(id, ComponentKind.Stage, "outline", new OutlineOptions { From = From(Any(pictures)), Edge = Policy() });
                    labels.Add(id);
                    continue;
                case 1:
                    builder.Add(id, ComponentKind.Stage, "pair", new PairOptions
                    {
                        From = random.Next(2) == 0 ? From(Any(pictures), Any(labels)) : From(Any(labels), Any(pictures)),
                        WhenMissing = (WhenMissing)random.Next(3), FailEvery = Sometimes(9), OnError = OnError(), Edge = Policy(),
                    });
                    break;
                case 2:
                    builder.Add(id, ComponentKind.Stage, "regroup", new RegroupOptions
                    {
                        From = From(Any(pictures)), Hold = random.Next(5), LoseEvery = Sometimes(7), Edge = Policy(),
                    });
                    break;
                default:
                    builder.Touch(id, new()
                    {
                        From = From(Any(pictures)), FailEvery = Sometimes(9), Spin = random.Next(20), Workers = random.Next(1, 4),
                        OnError = OnError(), Edge = Policy(),
                    });
                    break;
            }
            pictures.Add(id);
        }
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            builder.Collect($"out{i}", new()
            {
                From = From(random.Next(3) == 0 ? Any(labels) : Any(pictures)), FailEvery = Sometimes(20), YieldEvery = Sometimes(5),
                OnError = OnError(), Edge = Policy(),
            });
        }
        return (builder, frames);
    }
}
