using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Sources;
using SegPipe.Testing;

namespace SegPipe.Sources.Tests;

public sealed class VideoFileSourceTests
{
    [Fact]
    public async Task The_format_says_what_a_decoder_needs_and_where_it_comes_from()
    {
        await using var bench = new ComponentBench();
        var path = Clip(bench, "-c:v libx264 -bf 2 -vf scale=out_range=full,format=yuvj420p");
        TestClips.Rotate(path, 90);

        var format = await OpenAsync(bench, new() { Path = path });

        Assert.Equal(("h264", 90, "yuvj420p", ColorRange.Full), (format.Codec, format.Rotation, format.PixelFormat, format.Color.Range));
        Assert.Equal(new PictureSize(64, 48), format.Size);
        Assert.Equal((new Rational(1, 12800), new Rational(25, 1), 25L), (format.TimeBase, format.FrameRate, format.FrameCount));
        Assert.Equal(2, format.DecodeDelay);
        Assert.NotEqual(0, format.Extradata.Length);
        Assert.Equal(new MediaOrigin(path), format.Origin);
    }

    [Fact]
    public async Task Packets_are_those_of_the_file_with_their_own_times_and_keys()
    {
        await using var bench = new ComponentBench();
        var path = Clip(bench, "-c:v libx264 -bf 2 -g 10 -output_ts_offset 3");

        var packets = await RunAsync(bench, new() { Path = path });

        var expected = Tool.Ffprobe("-show_entries packet=pts,size,flags -of csv=p=0", path);
        Assert.Equal(
            expected.Select(l => l.TrimEnd(',').Replace("_", "", StringComparison.Ordinal)),
            packets.Select(p => $"{p.Header.Pts},{p.Bytes.Length},{(p.Header.Key ? "K" : "")}"));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => (long)i), packets.Select(p => p.Header.Sequence));
        Assert.All(packets, p => Assert.True(p.Header.WallTicks > 0));
    }

    [Fact]
    public async Task Avi_packets_have_their_decoding_times()
    {
        await using var bench = new ComponentBench();
        var path = Clip(bench, "-c:v libx264 -bf 2", "clip.avi");

        var packets = await RunAsync(bench, new() { Path = path });

        Assert.True(((PacketsFormat)packets[0].Format).HasDecodingTimes);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => (long)i), packets.Select(p => p.Header.Pts));
    }

    [Fact]
    public async Task A_loop_goes_on_with_rising_times_until_it_is_stopped()
    {
        await using var bench = new ComponentBench();
        var path = Clip(bench, "-c:v libx264 -bf 0 -output_ts_offset 2");

        var packets = await RunAsync(bench, new() { Path = path, Loop = true }, atMost: 60);

        Assert.Equal(60, packets.Count);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => 25600L + i * 512), packets.Select(p => p.Header.Pts));
        Assert.Equal([0, 25, 50], packets.Where(p => p.Header.Key).Select(p => p.Header.Sequence));
        Assert.Null(packets[0].Format.Origin?.Path);
    }

    [Fact]
    public async Task A_start_begins_at_the_key_packet_before_it_and_an_end_keeps_what_is_referred_to()
    {
        await using var bench = new ComponentBench();
        var path = Clip(bench, "-c:v libx264 -bf 2 -g 10");

        var packets = await RunAsync(bench, new() { Path = path, Start = 0.5, End = 0.7 });

        Assert.Equal(10 * 512, packets[0].Header.Pts);
        Assert.True(packets[0].Header.Key);
        Assert.Superset(Enumerable.Range(13, 5).Select(i => i * 512L).ToHashSet(), packets.Select(p => p.Header.Pts).ToHashSet());
        Assert.InRange(packets.Count, 8, 12);
        Assert.Equal(new MediaOrigin(path, 0.5, 0.7), packets[0].Format.Origin);
    }

    [Fact]
    public async Task Real_time_emits_in_the_order_of_decoding_at_the_pace_of_the_clock()
    {
        await using var bench = new ComponentBench();
        var path = Clip(bench, "-c:v libx264 -bf 2");
        var time = new ManualTime();
        await using var source = new VideoFileSource(new() { Path = path, Pace = SourcePace.Realtime }, bench.Context() with { Time = time });
        await source.OpenAsync(CancellationToken.None);
        var run = bench.RunAsync(source);

        // The clock goes on only while the source waits for it, in steps of a frame.
        var steps = 0;
        for (; !run.IsCompleted && steps < 1000; steps++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
            SpinWait.SpinUntil(() => run.IsCompleted || time.HasTimer, TimeSpan.FromSeconds(10));
        }

        var packets = await run;
        Assert.Equal(25, packets.Count);
        var captured = packets.Select(p => TimeSpan.FromTicks(p.Header.Captured - packets[0].Header.Captured).TotalMilliseconds).ToArray();
        Assert.Equal(captured.Order(), captured);
        Assert.InRange(captured[^1], 800, 1100);
    }

    [Fact]
    public async Task A_missing_file_is_told_when_it_is_opened()
    {
        await using var bench = new ComponentBench();

        var error = await Assert.ThrowsAsync<SegPipeException>(() => OpenAsync(bench, new() { Path = Path.Combine(bench.Folder, "none.mp4") }));

        Assert.Equal(ExitCode.InputMissing, error.Code);
    }

    [Fact]
    public void An_end_before_the_start_is_a_finding()
    {
        Assert.Equal("end", new VideoFileSourceOptions { Path = "a.mp4", Start = 2, End = 1 }.Check().Single().Option);
        Assert.Empty(new VideoFileSourceOptions { Path = "a.mp4", End = 1 }.Check());
    }

    private static string Clip(ComponentBench bench, string arguments, string name = "clip.mp4") =>
        TestClips.Write(Path.Combine(bench.Folder, name), arguments);

    private static async Task<PacketsFormat> OpenAsync(ComponentBench bench, VideoFileSourceOptions options)
    {
        await using var source = new VideoFileSource(options, bench.Context());
        return (PacketsFormat)(await source.OpenAsync(CancellationToken.None))[0];
    }

    private static async Task<IReadOnlyList<EmittedFrame>> RunAsync(ComponentBench bench, VideoFileSourceOptions options, int atMost = int.MaxValue)
    {
        await using var source = new VideoFileSource(options, bench.Context());
        await source.OpenAsync(CancellationToken.None);
        return await bench.RunAsync(source, atMost);
    }
}
