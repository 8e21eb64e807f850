using SegPipe.Frames;

namespace SegPipe.Runtime;

public sealed class SourceLagTests
{
    private static readonly Rational Milliseconds = new(1, 1000);

    [Fact]
    public void Lag_is_what_frames_come_later_than_the_best_of_them()
    {
        var lag = new SourceLag();

        Feed(lag, pts: 0, wallMs: 5_000);
        Feed(lag, pts: 40, wallMs: 5_040);
        Assert.Equal(0, lag.Lag.TotalMilliseconds);
        Feed(lag, pts: 80, wallMs: 5_780);

        Assert.Equal(700, lag.Lag.TotalMilliseconds);
    }

    [Fact]
    public void Pictures_that_are_sent_out_of_order_are_no_lag()
    {
        var lag = new SourceLag();

        Feed(lag, pts: 120, wallMs: 120);
        Feed(lag, pts: 40, wallMs: 130);

        Assert.Equal(0, lag.Lag.TotalMilliseconds);
    }

    [Fact]
    public void A_clock_that_goes_slower_than_ours_for_weeks_is_no_lag()
    {
        var lag = new SourceLag();

        // A frame a second, a hundred parts in a million: over nine seconds a day.
        for (long second = 0; second < 86_400; second++) Feed(lag, pts: second * 1000, wallMs: second * 1000 + second / 10);

        Assert.InRange(lag.Lag.TotalMilliseconds, 0, 15);
    }

    private static void Feed(SourceLag lag, long pts, long wallMs) =>
        lag.Note(new() { Pts = pts, WallTicks = wallMs * TimeSpan.TicksPerMillisecond }, Milliseconds);
}
