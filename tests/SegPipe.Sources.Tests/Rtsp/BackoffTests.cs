using SegPipe.Processes;

namespace SegPipe.Sources.Tests.Rtsp;

public sealed class BackoffTests
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500), Most = TimeSpan.FromSeconds(30);

    [Fact]
    public void Delays_fill_a_range_that_doubles_up_to_its_bound()
    {
        var series = Enumerable.Range(0, 2000).Select(seed => Series(new(Least, Most, seed), 9)).ToList();

        for (var n = 0; n < 9; n++)
        {
            var bound = Math.Min(500 * Math.Pow(2, n), 30_000);
            Assert.All(series, s => Assert.InRange(s[n], 0, bound));
            Assert.InRange(series.Average(s => s[n]), 0.45 * bound, 0.55 * bound);
            Assert.Contains(series, s => s[n] > 0.95 * bound);
            Assert.Contains(series, s => s[n] < 0.05 * bound);
        }
    }

    [Fact]
    public void The_bound_holds_for_ever_and_a_reset_begins_anew()
    {
        var backoff = new Backoff(Least, Most, seed: 3);

        Assert.All(Series(backoff, 10_000), delay => Assert.InRange(delay, 0, 30_000));
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalMilliseconds, 0, 500);
    }

    [Fact]
    public void One_seed_gives_one_series_and_another_seed_another()
    {
        Assert.Equal(Series(new(Least, Most, 5), 20), Series(new(Least, Most, 5), 20));
        Assert.NotEqual(Series(new(Least, Most, 5), 20), Series(new(Least, Most, 6), 20));
    }

    private static List<double> Series(Backoff backoff, int length) => [.. Enumerable.Range(0, length).Select(_ => backoff.Next().TotalMilliseconds)];
}
