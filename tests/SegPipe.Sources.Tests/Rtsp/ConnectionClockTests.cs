using FsCheck;
using FsCheck.Fluent;
using SegPipe.Frames;
using SegPipe.Sources.Rtsp;
using SegPipe.Testing;

namespace SegPipe.Sources.Tests.Rtsp;

public sealed class ConnectionClockTests
{
    private const long Second = 90_000, Frame = Second / 25;
    private static readonly Rational Ticks = new(1, Second);

    private readonly ManualTime _time = new();

    [Fact]
    public void The_first_connection_begins_at_zero_wherever_the_camera_does()
    {
        var clock = new ConnectionClock(_time, Ticks);

        Assert.Equal([0, Frame, 2 * Frame], Play(clock, 123_456_789, 3));
        Assert.Null(clock.Gap);
    }

    [Fact]
    public void A_new_connection_stands_as_far_behind_the_last_packet_as_time_has_passed()
    {
        var clock = new ConnectionClock(_time, Ticks);
        var before = Play(clock, 5000, 10)[^1];

        _time.Advance(TimeSpan.FromSeconds(7));
        clock.Begin();
        var first = clock.Map(99);

        Assert.Equal(before + 7 * Second + Frame, first);
        Assert.Equal(TimeSpan.FromSeconds(7.04), clock.Gap);
        Assert.Equal(first + Frame, clock.Map(99 + Frame));
        Assert.Null(clock.Gap);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void A_jump_of_the_cameras_clock_counts_as_a_gap_and_not_as_time(int seconds)
    {
        var clock = new ConnectionClock(_time, Ticks);
        var before = Play(clock, 4000 * Second, 25)[^1];

        var after = Play(clock, (4000 + seconds) * Second, 2);

        Assert.Equal([before + Frame, before + 2 * Frame], after);
    }

    [Fact]
    public void Pictures_in_coding_order_keep_their_places()
    {
        var clock = new ConnectionClock(_time, Ticks);
        long[] coded = [0, 3, 1, 2, 6, 4, 5];

        Assert.Equal(coded.Select(n => n * Frame), coded.Select(n => clock.Map(n * Frame)!.Value));
    }

    [Fact]
    public void Packets_that_belong_before_a_beginning_are_left_out()
    {
        var clock = new ConnectionClock(_time, Ticks);
        Play(clock, 0, 5);
        clock.Begin();

        Assert.NotNull(clock.Map(10 * Frame));
        Assert.Null(clock.Map(8 * Frame));
        Assert.NotNull(clock.Map(11 * Frame));
    }

    [Fact]
    public void No_two_packets_share_a_time_stamp()
    {
        var clock = new ConnectionClock(_time, Ticks);

        Assert.Equal([0L, 1L, Frame, Frame + 1], ((long[])[50, 50, 50 + Frame, 50 + Frame]).Select(pts => clock.Map(pts)!.Value));
    }

    [Fact]
    public void Over_any_connections_time_stamps_rise_from_one_to_the_next()
    {
        var connection = from start in Gen.Choose(0, int.MaxValue)
                         from packets in Gen.Choose(1, 40)
                         from silence in Gen.Choose(0, 100_000)
                         select (Start: (long)start, Packets: packets, Silence: silence);
        Prop.ForAll(connection.NonEmptyListOf().ToArbitrary(), connections =>
        {
            var time = new ManualTime();
            var clock = new ConnectionClock(time, Ticks);
            var last = -1L;
            foreach (var (start, packets, silence) in connections)
            {
                clock.Begin();
                for (var i = 0; i < packets; i++)
                {
                    var pts = clock.Map(start + i * Frame);
                    if (pts is not { } mapped || mapped <= last) return false;
                    last = mapped;
                    time.Advance(TimeSpan.FromMilliseconds(40));
                }
                time.Advance(TimeSpan.FromMilliseconds(silence));
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    private List<long> Play(ConnectionClock clock, long start, int packets)
    {
        List<long> mapped = [];
        for (var i = 0; i < packets; i++)
        {
            mapped.Add(clock.Map(start + i * Frame)!.Value);
            _time.Advance(TimeSpan.FromMilliseconds(40));
        }
        return mapped;
    }
}
