using SegPipe.Components;
using SegPipe.Runtime;
using SegPipe.Testing;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Metrics;

public sealed class RateSamplerTests
{
    [Fact]
    public async Task Rates_are_those_of_the_last_five_seconds_whoever_asks()
    {
        var time = new ManualTime();
        await using var pipeline = new TestPipeline().Source("in", new()).Touch("work", new() { From = From("in.picture"), Workers = 2 }).Collect("out", new() { From = From("work") }).Build(time);
        var work = pipeline.Streams[0].Components.Single(c => c.Id == "work");
        var sink = pipeline.Streams[0].Components.Single(c => c.Id == "out");
        using var rates = new RateSampler(time, () => [pipeline]);

        Assert.Null(rates.FramesPerSecond(sink));
        for (var second = 0; second < 10; second++)
        {
            for (var frame = 0; frame < (second < 5 ? 100 : 20); frame++) sink.Counters.Process(0);
            work.Counters.Processing.Add(TimeSpan.FromSeconds(1));
            work.Counters.AddBusy(time.TimestampFrequency * (second < 5 ? 5 : 1));
            time.Advance(TimeSpan.FromSeconds(1));
            _ = rates.FramesPerSecond(sink);
        }

        Assert.Equal(20, rates.FramesPerSecond(sink));
        Assert.Equal(0.5, rates.Utilization(work));
        Assert.Null(rates.Utilization(sink));
    }

    [Fact]
    public async Task Utilization_never_leaves_its_range()
    {
        var time = new ManualTime();
        await using var pipeline = new TestPipeline().Source("in", new()).Touch("work", new() { From = From("in.picture") }).Collect("out", new() { From = From("work") }).Build(time);
        var work = pipeline.Streams[0].Components.Single(c => c.Id == "work");
        using var rates = new RateSampler(time, () => [pipeline]);
        time.Advance(TimeSpan.FromSeconds(1));
        work.Counters.Processing.Add(TimeSpan.FromSeconds(9));
        work.Counters.AddBusy(9 * time.TimestampFrequency);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, rates.Utilization(work));
    }
}
