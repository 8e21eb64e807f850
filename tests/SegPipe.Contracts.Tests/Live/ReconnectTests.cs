using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Contracts.Tests.Live;

public sealed class ReconnectTests
{
    private const string Small = "320x160@25", Large = "480x240@25";

    private readonly ITestOutputHelper _output;

    public ReconnectTests(ITestOutputHelper output)
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        _output = output;
    }

    [SkippableFact]
    public async Task A_camera_that_dies_and_comes_back_goes_on_with_rising_times_and_the_gap_is_told()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        await using var run = await LiveRun.WatchAsync(server.Url("/cam"));
        await run.MoreAsync(10);

        server.Kill();
        await run.UntilAsync(() => run.Status().Condition is { ErrorType: "refused", RetryAt: not null }, "a refusal with the time of the next try");
        var before = run.Frames()[^1];
        var refused = TimeProvider.System.GetTimestamp();
        await run.UntilAsync(() => TimeProvider.System.GetElapsedTime(refused) >= TimeSpan.FromSeconds(5), "five seconds without the camera");
        server.Restart("test", "/cam", Small);
        await run.UntilAsync(() => run.Frames()[^1].Header.Pts > before.Header.Pts, "pictures again");
        await run.MoreAsync(5);
        await run.StopAsync();

        Rises(run.Frames());
        var status = run.Status();
        Assert.Equal((1, 1), (status.Restarts, status.Gaps));
        Assert.InRange(status.Missed.TotalSeconds, 5, 60);
        Assert.Contains(run.Log, line => line.StartsWith("cam: packets again after ", StringComparison.Ordinal) && line.Contains("(gap 1, ", StringComparison.Ordinal));
        // The time stamps have a hole as long as the gap: nothing is squeezed together.
        var hole = run.Frames().Zip(run.Frames().Skip(1)).Max(p => p.Second.Seconds - p.First.Seconds);
        Assert.InRange(hole, status.Missed.TotalSeconds - 0.5, status.Missed.TotalSeconds + 1.5);
        Assert.Single(run.Frames().Select(f => f.Format).Distinct(ReferenceEqualityComparer.Instance));
    }

    [SkippableFact]
    public async Task A_frozen_camera_is_stalled_given_up_and_opened_anew_when_it_moves_again()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        await using var run = await LiveRun.WatchAsync(server.Url("/cam"), stallMs: 3000, connectMs: 2000);
        await run.MoreAsync(10);

        server.Freeze();
        await run.UntilAsync(() => run.Status().Condition is { State: ComponentState.RecoverableError, ErrorType: "stalled" }, "a stall");
        await run.UntilAsync(() => run.Status().Condition is { ErrorType: "stall_timeout" }, "the end of patience");
        // It still listens, as a machine in trouble does, and says nothing to new connections either.
        await run.UntilAsync(() => run.Status().Errors.Any(e => e is { Key.Type: "timeout", Value: >= 2 }), "tries in vain");
        server.Thaw();
        await run.MoreAsync(5);
        await run.StopAsync();

        Rises(run.Frames());
        Assert.Equal(1, run.Status().Gaps);
        Assert.InRange(run.Status().Missed.TotalSeconds, 7, 120);
        Assert.Contains(run.Log, l => l.Contains("sent nothing for 3000 ms. Check network and camera", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_connection_that_is_cut_is_made_again()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        using var proxy = new TcpProxy(server.Port);
        await using var run = await LiveRun.WatchAsync($"rtsp://127.0.0.1:{proxy.Port}/cam");

        for (var i = 1; i <= 3; i++)
        {
            await run.MoreAsync(5);
            proxy.Cut();
            await run.UntilAsync(() => run.Status().Restarts >= i, $"connection {i + 1}");
        }
        await run.MoreAsync(5);
        await run.StopAsync();

        Rises(run.Frames());
        Assert.Contains(run.Log, l => l.Contains("closed the connection", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_half_open_connection_is_given_up_and_made_again()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        using var proxy = new TcpProxy(server.Port);
        await using var run = await LiveRun.WatchAsync($"rtsp://127.0.0.1:{proxy.Port}/cam");
        await run.MoreAsync(5);

        proxy.Silent = true;
        await run.UntilAsync(() => run.Log.Any(l => l.Contains("sent nothing for 2000 ms", StringComparison.Ordinal)), "the end of patience");
        proxy.Silent = false;
        await run.MoreAsync(5);
        await run.StopAsync();

        Rises(run.Frames());
    }

    [SkippableFact]
    public async Task Damaged_bytes_cost_pictures_and_not_the_stream()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        using var proxy = new TcpProxy(server.Port, seed: 7);
        await using var run = await LiveRun.WatchAsync($"rtsp://127.0.0.1:{proxy.Port}/cam");
        await run.MoreAsync(5);

        proxy.DamagedPerMillion = 300;
        await run.MoreAsync(50);
        proxy.DamagedPerMillion = 0;
        await run.MoreAsync(25);
        var report = await run.StopAsync();

        Assert.Equal("stopped", report.Result);
        Rises(run.Frames());
    }

    [SkippableFact]
    public async Task A_network_that_refuses_for_a_while_is_tried_until_it_does_not()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        using var proxy = new TcpProxy(server.Port);
        await using var run = await LiveRun.WatchAsync($"rtsp://127.0.0.1:{proxy.Port}/cam");
        await run.MoreAsync(5);

        proxy.Refuse();
        await run.UntilAsync(() => run.Status().Errors.Any(e => e is { Key.Type: "refused", Value: >= 3 }), "tries in vain");
        proxy.Accept();
        await run.MoreAsync(5);
        await run.StopAsync();

        Rises(run.Frames());
        Assert.Equal(1, run.Status().Gaps);
    }

    [SkippableFact]
    public async Task A_camera_that_changes_its_pictures_in_mid_connection_is_opened_anew()
    {
        using var server = RtspServer.Start("change", "/cam", "320x160,480x240");
        // Keeps the camera going while nobody else watches: it would begin again with its first size.
        using var other = System.Diagnostics.Process.Start("ffmpeg", ["-nostdin", "-v", "quiet", "-rtsp_transport", "tcp", "-i", server.Url("/cam"), "-c", "copy", "-f", "null", "-"]);
        try
        {
            await using var run = await LiveRun.WatchAsync(server.Url("/cam"));
            await run.MoreAsync(1);
            Assert.Equal(new PictureSize(320, 160), run.Frames()[0].Size);

            await run.UntilAsync(() => run.Frames()[^1].Size == new PictureSize(480, 240), "larger pictures");
            await run.MoreAsync(10);
            await run.StopAsync();

            Rises(run.Frames());
            Assert.Equal(1, run.Status().Errors.Single(e => e.Key.Type == "changed").Value);
            Assert.Equal(2, run.Frames().Select(f => f.Format).Distinct(ReferenceEqualityComparer.Instance).Count());
        }
        finally
        {
            other.Kill();
        }
    }

    [SkippableFact]
    public async Task A_slow_and_late_network_delays_and_does_not_disconnect()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        using var proxy = new TcpProxy(server.Port) { Delay = TimeSpan.FromMilliseconds(100), BytesPerSecond = 200_000 };
        await using var run = await LiveRun.WatchAsync($"rtsp://127.0.0.1:{proxy.Port}/cam");

        await run.MoreAsync(30);
        await run.StopAsync();

        Assert.Equal(0, run.Status().Restarts);
    }

    [SkippableFact]
    public async Task Another_resolution_begins_a_new_epoch_and_a_numbered_file_and_other_streams_notice_nothing()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        using var other = RtspServer.Start("test", "/cam", Small);
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            streams:
              changing: { url: "{{server.Url("/cam")}}" }
              steady: { url: "{{other.Url("/cam")}}" }
            sources:
              cam: { {{LiveRun.Camera("${stream.url}")}} }
            stages:
              picture: { type: decode, from: cam, threads: 1 }
              video: { type: encode, from: picture, preset: ultrafast, threads: 1, edge: wait }
            sinks:
              seen: { type: collect, from: picture, edge: wait }
              file: { type: video_file, from: video, path: "out/${stream.id}.mp4" }
            """);
        await run.MoreAsync(10, stream: "changing");

        server.Restart("test", "/cam", Large);
        await run.UntilAsync(() => run.Frames(stream: "changing")[^1].Size == new PictureSize(480, 240), "larger pictures");
        await run.MoreAsync(10, stream: "changing");
        await run.MoreAsync(10, stream: "steady");
        await run.StopAsync();

        Rises(run.Frames(stream: "changing"));
        Rises(run.Frames(stream: "steady"));
        Assert.Equal(0, run.Status(stream: "steady").Gaps);
        Assert.Equal(2, run.Frames(stream: "changing").Select(f => f.Format).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Single(run.Frames(stream: "steady").Select(f => f.Format).Distinct(ReferenceEqualityComparer.Instance));
        Assert.Equal("320,160", Size(run["out/changing.mp4"]));
        Assert.Equal("480,240", Size(run["out/changing.2.mp4"]));
        Assert.Equal("320,160", Size(run["out/steady.mp4"]));
        Assert.False(File.Exists(run["out/steady.2.mp4"]));
    }

    [SkippableFact]
    public async Task A_camera_that_comes_back_with_another_codec_is_decoded()
    {
        using var server = RtspServer.Start("test", "/cam", Small);
        await using var run = await LiveRun.WatchAsync(server.Url("/cam"));
        await run.MoreAsync(5);

        server.Restart("test", "/cam", Small + ":h265");
        await run.UntilAsync(() => run.Log.Any(l => l.Contains("now sends hevc 320x160 instead of h264 320x160", StringComparison.Ordinal)), "the other codec");
        await run.MoreAsync(10);
        await run.StopAsync();

        Rises(run.Frames());
    }

    [SkippableFact]
    public async Task The_first_segmented_frame_after_a_cameras_return_is_timed()
    {
        using var server = RtspServer.Start("test", "/cam", "640x320@25");
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            models: { street: { path: {{Home.Asset("street-tiny.onnx")}}, threads: 1 } }
            sources:
              cam: { {{LiveRun.Camera(server.Url("/cam"))}} }
            stages:
              picture: { type: decode, from: cam, threads: 1 }
              small: { type: resize, from: picture, model: street }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: picture }
            sinks:
              seen: { type: collect, from: labels }
            """);
        await run.MoreAsync(3);
        server.Kill();
        await run.UntilAsync(() => run.Status().Condition is { ErrorType: "refused" }, "a refusal");
        var before = run.Frames()[^1].Header.Sequence;

        server.Restart("test", "/cam", "640x320@25");
        var back = TimeProvider.System.GetTimestamp();
        await run.UntilAsync(() => run.Status().Condition is { State: ComponentState.Ok }, "a connection");
        var connected = TimeProvider.System.GetElapsedTime(back);
        // What was decoded before the cut may still have been on its way.
        await run.UntilAsync(() => run.Status().Gaps == 1 && run.Frames()[^1] is { } last && last.Header.Sequence > before && last.Age < TimeProvider.System.GetElapsedTime(back), "a class map");
        var segmented = TimeProvider.System.GetElapsedTime(back);
        await run.StopAsync();

        _output.WriteLine($"camera listens again → connected {connected.TotalMilliseconds:0} ms → first class map {segmented.TotalMilliseconds:0} ms");
        Assert.True(connected <= segmented);
    }

    private static void Rises(IReadOnlyList<Collected> frames)
    {
        Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.True(pair.First.Header.Pts < pair.Second.Header.Pts));
        Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.True(pair.First.Header.Sequence < pair.Second.Header.Sequence));
    }

    private static string Size(string file) => Tool.Ffprobe("-select_streams v:0 -show_entries stream=width,height -of csv=p=0", file)[0];
}
