using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Testing;
using static SegPipe.Runtime.TestPipeline;

namespace SegPipe.Runtime;

public sealed class FrameTapTests : IDisposable
{
    private static readonly PictureFormat Format = new() { TimeBase = new(1, 25), Size = new(6, 4), Color = new(ColorRange.Limited, ColorMatrix.Bt709) };

    private readonly FramePool _pool = new(1 << 20, trace: true);
    private readonly RentAccount _account = new();
    private readonly ManualTime _time = new();
    private readonly FrameTap _tap;
    private byte _next;

    public FrameTapTests() => _tap = new("it", PayloadKind.Picture, new(), _time);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Nothing_is_copied_while_nobody_asks()
    {
        for (var i = 0; i < 100; i++) Put(second: true);

        Assert.Equal(0, _tap.Copies);
        Assert.False(_tap.TryLook((_, _, _, number) => number, out _));
    }

    [Fact]
    public void Asking_once_gives_one_copy_of_the_next_frame()
    {
        Put();
        _tap.Ask();
        Put();
        for (var i = 0; i < 10; i++) Put(second: true);

        Assert.Equal(1, _tap.Copies);
        Assert.Equal((2, 1), Look());
    }

    [Fact]
    public void Those_who_ask_all_the_time_get_two_a_second()
    {
        for (var i = 0; i < 100; i++)
        {
            _tap.Ask();
            Put();
            _time.Advance(TimeSpan.FromMilliseconds(40));
        }

        // 4 s: the first at once, then one each 0.52 s, which is the first frame after half a second.
        Assert.Equal(8, _tap.Copies);
    }

    [Fact]
    public async Task Who_waits_gets_the_newest_frame_after_the_one_that_was_seen()
    {
        var first = _tap.NextAsync(0, default);
        Put();
        var number = await first;
        var second = _tap.NextAsync(number, default);
        Put();
        Assert.False(second.IsCompleted);
        Put(second: true);

        Assert.Equal(2, await second);
        Assert.Equal((3, 2), Look());
        Assert.Equal(2, await _tap.NextAsync(1, default));
    }

    [Fact]
    public async Task Who_gives_up_waiting_keeps_nobody_waiting()
    {
        using var patience = new CancellationTokenSource();
        var first = _tap.NextAsync(0, patience.Token);
        var second = _tap.NextAsync(0, default);
        await patience.CancelAsync();
        Put();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task A_look_that_takes_long_neither_holds_up_the_frames_nor_changes_under_the_eyes()
    {
        _tap.Ask();
        Put();
        using var passed = new ManualResetEventSlim();
        var looking = new TaskCompletionSource();
        var look = Task.Run(() => _tap.TryLook(
            (bytes, _, _, _) =>
            {
                looking.SetResult();
                passed.Wait();
                return bytes[0];
            },
            out var seen) ? seen : 0);
        await looking.Task;

        _tap.Ask();
        Put(second: true);
        passed.Set();

        Assert.Equal(1, await look);
        Assert.Equal(1, _tap.Copies);
        Put(second: true);
        Assert.Equal((3, 2), Look());
    }

    [Fact]
    public async Task A_run_that_is_looked_at_gives_back_every_buffer_and_shows_the_outputs_that_somebody_reads()
    {
        await using var pipeline = new TestPipeline()
            .Source("in", new() { Frames = 500 })
            .Touch("work", new() { From = From("in.picture"), Workers = 2 })
            .Collect("out", new() { From = From("work") })
            .Build(previews: true);
        await pipeline.OpenAsync(default);
        var taps = pipeline.Streams[0].Taps;
        foreach (var tap in taps) tap.Ask();

        var report = await pipeline.RunAsync(default, default);

        Assert.Equal("done", report.Result);
        Assert.Equal(0, pipeline.Pool.OutstandingBuffers);
        Assert.Equal(["in.picture", "work"], taps.Select(t => t.Output));
        Assert.All(taps, t => Assert.Equal(1, t.Copies));
        Assert.All(taps, t => Assert.Equal(new PreviewSettings(640, 2), t.Settings));
    }

    [Fact]
    public async Task A_run_that_nobody_may_look_at_has_no_taps()
    {
        await using var pipeline = new TestPipeline().Source("in", new()).Collect("out", new() { From = From("in.picture") }).Build();

        Assert.Empty(pipeline.Streams[0].Taps);
    }

    /// <summary>Offers a frame whose bytes are its number, from 1, and takes its buffer away.</summary>
    private void Put(bool second = false)
    {
        if (second) _time.Advance(TimeSpan.FromSeconds(1));
        var buffer = _pool.TryRent(Format, Format.FrameBytes!.Value, _account);
        buffer.Bytes.Fill(++_next);
        using (var frame = buffer.Seal(new() { Sequence = _next })) _tap.Offer(frame);
        Assert.Equal(0, _pool.OutstandingBuffers);
    }

    private (long Sequence, long Number) Look()
    {
        Assert.True(_tap.TryLook((bytes, _, header, number) => (Byte: bytes[0], header.Sequence, number), out var seen));
        Assert.Equal(seen.Sequence, seen.Byte);
        return (seen.Sequence, seen.number);
    }
}
