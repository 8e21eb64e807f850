using SegPipe.Components;
using SegPipe.Frames;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Runtime;

public sealed class CombineEpochTests
{
    private static readonly TimeSpan Deadlock = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(WhenMissing.Wait)]
    [InlineData(WhenMissing.Hold)]
    [InlineData(WhenMissing.Pass)]
    public async Task A_partners_new_format_alone_begins_no_epoch_below(WhenMissing missing)
    {
        var formats = await RunAsync(missing, new() { Frames = 20, OtherClassesFrom = 7 });

        Assert.Single(formats);
    }

    [Theory]
    [InlineData(WhenMissing.Wait)]
    [InlineData(WhenMissing.Hold)]
    [InlineData(WhenMissing.Pass)]
    public async Task A_new_format_of_what_comes_out_begins_one(WhenMissing missing)
    {
        var formats = await RunAsync(missing, new() { Frames = 20, LargerFrom = 7, OtherClassesFrom = 12 });

        Assert.Equal([new(6, 4), new PictureSize(8, 4)], formats.Select(f => ((PictureFormat)f).Size));
    }

    private static async Task<IReadOnlyList<Format>> RunAsync(WhenMissing missing, BurstOptions source)
    {
        await using var pipeline = new TestPipeline()
            .Source("in", source)
            .Add("both", ComponentKind.Stage, "pair", new PairOptions { From = From("in.picture", "in.labels"), WhenMissing = missing })
            .Collect("out", new() { From = From("both") })
            .Build();
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default).WaitAsync(Deadlock);

        Assert.Equal("done", report.Result);
        Assert.Empty(report.Unbalanced);
        Assert.Equal(source.Frames, Collected(pipeline, "out").Headers.Count);
        return Collected(pipeline, "out").Formats;
    }
}
