using System.Diagnostics;
using System.Text.Json;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Host;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Live;

/// <summary>The sink <c>rtsp</c> against GStreamer's server, watched by players that are not ours.</summary>
public sealed class RtspSinkTests
{
    private const string Camera = "320x160@25";
    private const string Password = "c4n4ry: p@ss/ü%'\"#?";

    public RtspSinkTests() => Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);

    [SkippableTheory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public async Task What_is_pushed_is_watched_by_ffmpeg_and_gstreamer(string transport)
    {
        using var server = RtspServer.Start("test", "/cam", Camera, "relay", "/push", "/watch");
        await using var run = await LiveRun.StartAsync(Pipeline(server, server.Url("/push"), $", transport: {transport}"));

        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.Ok }, "a connection");

        Assert.Equal(["h264,320,160"], Tool.Ffprobe("-rtsp_transport tcp -select_streams v -show_entries stream=codec_name,width,height -of csv=p=0", server.Url("/watch")));
        Tool.Run("timeout", ["60", "ffmpeg", .. "-nostdin -v error -xerror -rtsp_transport tcp -i".Split(' '), server.Url("/watch"), .. "-frames:v 30 -f null -".Split(' ')]);
        Tool.Run("timeout", ["60", "gst-launch-1.0", "-q", "rtspsrc", $"location={server.Url("/watch")}", "protocols=tcp", .. "! rtph264depay ! h264parse ! fakesink num-buffers=30".Split(' ')]);

        Assert.Equal($"pushing to 127.0.0.1:{server.Port}", run.Status("push").Condition!.Detail);
        Assert.True(run.Status("push").WrittenBytes > 0);
        HasEveryFrame(await run.StopAsync(), run["copy.mkv"]);
    }

    [SkippableFact]
    public async Task A_server_that_dies_and_comes_back_is_pushed_to_again_and_no_sibling_loses_a_frame()
    {
        using var camera = RtspServer.Start("test", "/cam", Camera);
        using var server = RtspServer.Start("relay", "/push", "/watch");
        await using var run = await LiveRun.StartAsync(Pipeline(camera, server.Url("/push")));
        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.Ok }, "a connection");

        server.Kill();
        await run.UntilAsync(() => run.Status("push").Condition is { ErrorType: "refused", RetryAt: not null }, "a refusal with the time of the next try");
        await run.MoreAsync(50);
        var tries = run.Status("push").Restarts;
        server.Restart("relay", "/push", "/watch");
        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.Ok }, "a connection again");

        Tool.Run("timeout", ["60", "ffmpeg", .. "-nostdin -v error -rtsp_transport tcp -i".Split(' '), server.Url("/watch"), .. "-frames:v 10 -f null -".Split(' ')]);
        Assert.True(run.Status("push").Restarts > tries && tries > 0);
        Assert.Contains(run.Status("push").Errors, e => e.Key == ("refused", ErrorPhase.Sending) && e.Value > 0);
        Assert.Contains(run.Log, line => line.Contains($"push: nothing listens at 127.0.0.1:{server.Port} (connection refused).", StringComparison.Ordinal));
        Assert.Contains(run.Log, line => line == $"push: pushing to 127.0.0.1:{server.Port} again.");
        HasEveryFrame(await run.StopAsync(), run["copy.mkv"]);
    }

    [SkippableFact]
    public async Task A_server_that_never_answers_is_given_up_for_a_while()
    {
        using var camera = RtspServer.Start("test", "/cam", Camera);
        using var server = RtspServer.Start("relay", "/push", "/watch");
        server.Freeze();
        await using var run = await LiveRun.StartAsync(Pipeline(camera, server.Url("/push"), ", stall_timeout_ms: 500"));

        await run.UntilAsync(() => run.Status("push").Errors.Any(e => e.Key.Type == "timeout" && e.Value > 1), "the end of patience, twice");

        HasEveryFrame(await run.StopAsync(), run["copy.mkv"]);
    }

    [SkippableFact]
    public async Task A_server_that_freezes_is_given_up_holds_up_nobody_and_is_pushed_to_again()
    {
        using var folder = new TemporaryFolder();
        // Noise fills the buffers on the way within seconds.
        var clip = TestClips.Write(folder["in.mp4"], "-vf noise=alls=80:allf=t -c:v libx264 -preset ultrafast -crf 15 -g 25", "s=480x272:r=25:d=60");
        using var camera = RtspServer.Start("serve", "/cam", clip);
        using var server = RtspServer.Start("relay", "/push", "/watch");
        await using var run = await LiveRun.StartAsync(Pipeline(camera, server.Url("/push"), ", stall_timeout_ms: 1000"));
        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.Ok }, "a connection");

        server.Freeze();
        await run.UntilAsync(() => run.Status("push").Errors.Any(e => e.Key.Type == "timeout" && e.Value > 1), "the end of patience, also with a new connection");
        server.Thaw();
        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.Ok }, "a connection again");

        HasEveryFrame(await run.StopAsync(), run["copy.mkv"]);
    }

    [SkippableTheory]
    [InlineData("authentication", "/push", "wrong")]
    [InlineData("not_found", "/elsewhere", Password)]
    [InlineData("not_allowed", "/cam", Password)]
    public async Task Each_refusal_has_its_word(string word, string mount, string password)
    {
        using var camera = RtspServer.Start("test", "/cam", Camera);
        using var server = RtspServer.StartGuarded("publisher", Password, "relay", "/push", "/watch", "test", "/cam", Camera);
        await using var run = await LiveRun.StartAsync(Pipeline(camera, server.Url(mount), Login(password)));

        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.RecoverableError }, "trouble");

        Assert.Equal(word, run.Status("push").Condition!.ErrorType);
        HasEveryFrame(await run.StopAsync(), run["copy.mkv"]);
    }

    [SkippableFact]
    public async Task A_password_of_any_characters_is_taken_and_said_nowhere()
    {
        using var camera = RtspServer.Start("test", "/cam", Camera);
        using var server = RtspServer.StartGuarded("publisher", Password, "relay", "/push", "/watch");
        await using var run = await LiveRun.StartAsync(Pipeline(camera, server.Url("/push"), Login(Password)));
        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.Ok }, "a connection");

        server.Kill();
        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.RecoverableError }, "trouble");
        var said = $"{string.Join('\n', run.Log)}{run.Status("push").Condition}{JsonSerializer.Serialize(await run.StopAsync())}";

        Assert.DoesNotContain("c4n4ry", said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Uri.EscapeDataString(Password), said, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task An_encrypted_server_is_pushed_to()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = TestCertificate.Write(folder);
        using var camera = RtspServer.Start("test", "/cam", Camera);
        using var server = RtspServer.StartSecure(certificate, key, "--auth", "digest", "publisher", Password, "relay", "/push", "/watch");
        await using var run = await LiveRun.StartAsync(Pipeline(camera, server.Url("/push", "rtsps"), Login(Password)));

        await run.UntilAsync(() => run.Status("push").Condition is { State: ComponentState.Ok }, "a connection");
        var watch = server.Url("/watch", "rtsps").Replace("://", $"://publisher:{Uri.EscapeDataString(Password)}@", StringComparison.Ordinal);
        Tool.Run("timeout", ["60", "ffmpeg", .. "-nostdin -v error -rtsp_transport tcp -i".Split(' '), watch, .. "-frames:v 10 -f null -".Split(' ')]);

        HasEveryFrame(await run.StopAsync(), run["copy.mkv"]);
    }

    [SkippableFact]
    public async Task H265_is_pushed_to_an_ffmpeg_that_listens()
    {
        using var camera = RtspServer.Start("test", "/cam", Camera + ":h265");
        using var folder = new TemporaryFolder();
        var url = $"rtsp://127.0.0.1:{FreePort.Find()}/push";
        await using var run = await LiveRun.StartAsync(Pipeline(camera, url));
        using var listener = Process.Start("timeout", ["60", "ffmpeg", .. "-nostdin -v error -rtsp_flags listen -i".Split(' '), url, .. "-c copy -frames:v 30".Split(' '), folder["got.mkv"]]);

        await run.UntilAsync(() => listener.HasExited, "the end of the listener");

        Assert.Equal(["hevc,320,160,30"], Tool.Ffprobe("-select_streams v -count_packets -show_entries stream=codec_name,width,height,nb_read_packets -of csv=p=0", folder["got.mkv"]));
        HasEveryFrame(await run.StopAsync(), run["copy.mkv"]);
    }

    [SkippableFact]
    public async Task The_documented_example_pushes_what_was_encoded()
    {
        using var server = RtspServer.Start("test", "/cam", Camera, "relay", "/overlay", "/watch");
        var example = BuildComponents.Docs.Example(typeof(Sinks.RtspSink))!.ReplaceLineEndings("\n").Trim().Replace("rtsp://127.0.0.1:8554/overlay", server.Url("/overlay"), StringComparison.Ordinal);
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            sources:
              cam: { {{LiveRun.Camera(server.Url("/cam"))}} }
            stages:
              picture: { type: decode, from: cam, threads: 1 }
              video: { type: encode, from: picture, preset: ultrafast, threads: 1, keyframe_interval_ms: 1000 }
            sinks:
              example:
                {{example.Replace("\n", "\n    ", StringComparison.Ordinal)}}
            """);

        await run.UntilAsync(() => run.Status("example").Condition is { State: ComponentState.Ok }, "a connection");
        Tool.Run("timeout", ["60", "ffmpeg", .. "-nostdin -v error -xerror -rtsp_transport tcp -i".Split(' '), server.Url("/watch"), .. "-frames:v 30 -f null -".Split(' ')]);

        Assert.Equal("stopped", (await run.StopAsync()).Result);
    }

    private static string Login(string password) => $", username: publisher, password: {JsonSerializer.Serialize(password)}";

    /// <summary>A camera whose packets are pushed, copied into a file, and shown to the test.</summary>
    private static string Pipeline(RtspServer camera, string url, string more = "") => $$"""
        version: 1
        sources:
          cam: { {{LiveRun.Camera(camera.Url("/cam"))}} }
        sinks:
          push: { type: rtsp, from: cam, url: "{{url}}", reconnect: { min_ms: 50, max_ms: 400 }{{more}} }
          copy: { type: video_file, from: cam, path: copy.mkv, edge: wait }
          seen: { type: collect, from: cam, edge: wait }
        """;

    /// <summary>Requires that the file beside the push holds every packet that the camera gave.</summary>
    private static void HasEveryFrame(RunReport report, string file)
    {
        var stream = report.Streams[0];
        var given = stream.Components.Single(c => c.Id == "cam").Emitted[0];
        Assert.Equal("stopped", report.Result);
        Assert.Equal(given, stream.Components.Single(c => c.Id == "copy").Inputs[0].Processed);
        Assert.Equal(given, Tool.Ffprobe("-select_streams v -show_entries packet=pts -of csv=p=0", file).Length);
    }
}
