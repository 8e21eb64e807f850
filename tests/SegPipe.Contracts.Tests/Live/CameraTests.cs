using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Live;

public sealed class CameraTests
{
    public CameraTests() => Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);

    [SkippableTheory]
    [InlineData("tcp", "320x160@25", "h264")]
    [InlineData("udp", "320x160@25", "h264")]
    [InlineData("auto", "320x160@25", "h264")]
    [InlineData("tcp", "320x160@25:h265", "hevc")]
    public async Task A_camera_is_decoded_with_rising_times(string transport, string what, string codec)
    {
        using var server = RtspServer.Start("test", "/cam", what);
        await using var run = await LiveRun.WatchAsync(server.Url("/cam"), $", transport: {transport}");

        await run.MoreAsync(30);
        var report = await run.StopAsync();

        var frames = run.Frames();
        Assert.Equal("stopped", report.Result);
        Assert.All(frames, f => Assert.Equal(new PictureSize(320, 160), f.Size));
        Assert.Equal(Enumerable.Range(0, frames.Count).Select(i => (long)i), frames.Select(f => f.Header.Sequence));
        Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.True(pair.First.Header.Pts < pair.Second.Header.Pts));
        Assert.Contains(run.Log, line => line.Contains($"connected to 127.0.0.1:{server.Port}: {codec} 320x160", StringComparison.Ordinal));
        Assert.True(run.Status().ReceivedBytes > 0);
    }

    [SkippableFact]
    public async Task A_file_is_served_with_its_own_distances()
    {
        using var folder = new TemporaryFolder();
        var clip = TestClips.Write(folder["in.mp4"], "-c:v libx264 -bf 2 -g 10", "s=320x160:r=10:d=20");
        using var server = RtspServer.Start("serve", "/cam", clip);
        await using var run = await LiveRun.WatchAsync(server.Url("/cam"));

        await run.MoreAsync(25);
        await run.StopAsync();

        var steps = run.Frames().Zip(run.Frames().Skip(1), (a, b) => b.Seconds - a.Seconds).Order().ToArray();
        Assert.Equal(0.1, steps[steps.Length / 2], 3);
    }

    [SkippableTheory]
    [InlineData("viewer", "c4n4ry: p@ss/ü%'\"#?&;$ \\")]
    [InlineData("the viewer @'/ü%41", "c4n4ry")]
    public async Task A_user_and_a_password_of_any_characters_open_a_camera_and_are_shown_nowhere(string user, string password)
    {
        using var server = RtspServer.StartGuarded(user, password, "test", "/cam", "320x160@25");
        var login = $", username: {JsonSerializer.Serialize(user)}, password: {JsonSerializer.Serialize(password.Replace("$", "$$", StringComparison.Ordinal))}";
        await using var run = await LiveRun.WatchAsync(server.Url("/cam"), login);

        await run.MoreAsync(5);
        var titles = Titles();
        await run.StopAsync();

        Assert.Contains(titles, t => t.Contains("concat", StringComparison.Ordinal));
        Assert.DoesNotContain(titles.Where(t => !t.Contains("rtsp_server.py", StringComparison.Ordinal)), t => t.Contains("c4n4ry", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Log, line => line.Contains("c4n4ry", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_wrong_password_is_told_and_not_shown()
    {
        using var server = RtspServer.StartGuarded("viewer", "right", "test", "/cam", "320x160@25");

        var (condition, log) = await TroubleAsync(server.Url("/cam"), $", username: viewer, password: \"c4n4ry wrong\"");

        Assert.Equal("authentication", condition.ErrorType);
        Assert.Contains(log, line => line.Contains("does not accept this user and password. Check username and password", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Append(condition.Detail), line => line!.Contains("c4n4ry", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("/nowhere", "not_found", "has no stream of this path")]
    [InlineData("/sound", "no_video_track", "has no video track")]
    public async Task A_path_without_video_is_told(string mount, string word, string part)
    {
        using var server = RtspServer.Start("test", "/cam", "320x160@25", "sound", "/sound", "mono");

        var (condition, _) = await TroubleAsync(server.Url(mount));

        Assert.Equal(word, condition.ErrorType);
        Assert.Contains(part, condition.Detail);
    }

    [SkippableFact]
    public async Task Pictures_larger_than_allowed_are_refused()
    {
        using var server = RtspServer.Start("test", "/cam", "320x160@25");

        var (condition, _) = await TroubleAsync(server.Url("/cam"), ", max_width: 300");

        Assert.Equal("too_large", condition.ErrorType);
        Assert.EndsWith("sends pictures of 320x160; 300x8192 are allowed.", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Nobody_at_the_port_is_told_from_nobody_at_the_name_and_from_silence()
    {
        using var server = RtspServer.Start("test", "/cam", "320x160@25");
        using var mute = new TcpProxy(server.Port) { Silent = true };

        var refused = await TroubleAsync($"rtsp://127.0.0.1:{FreePort.Find()}/cam");
        var unknown = await TroubleAsync("rtsp://no-such-camera.invalid/cam");
        // No network carries a connection to everybody.
        var noWay = await TroubleAsync("rtsp://255.255.255.255/cam");
        var timeout = await TroubleAsync($"rtsp://127.0.0.1:{mute.Port}/cam", connectMs: 1500);

        Assert.Equal(
            ("refused", "unreachable", "unreachable", "timeout"),
            (refused.Condition.ErrorType, unknown.Condition.ErrorType, noWay.Condition.ErrorType, timeout.Condition.ErrorType));
        Assert.EndsWith("the name no-such-camera.invalid is not known.", unknown.Condition.Detail, StringComparison.Ordinal);
        Assert.EndsWith("there is no way to 255.255.255.255.", noWay.Condition.Detail, StringComparison.Ordinal);
        Assert.EndsWith("did not answer within 1500 ms.", timeout.Condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_does_not_speak_rtsp_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeting = GreetAsync(listener);

        var (condition, _) = await TroubleAsync($"rtsp://{listener.LocalEndpoint}/cam");

        Assert.Equal("protocol", condition.ErrorType);
        listener.Dispose();
        await greeting;
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("viewer")]
    public async Task An_encrypted_camera_is_decoded(string user)
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = TestCertificate.Write(folder);
        using var server = RtspServer.StartSecure(certificate, key, [.. user.Length > 0 ? (string[])["--auth", "digest", user, "secret"] : [], "test", "/cam", "320x160@25"]);
        await using var run = await LiveRun.WatchAsync(server.Url("/cam", "rtsps"), user.Length > 0 ? $", username: {user}, password: secret" : "");

        await run.MoreAsync(10);
        await run.StopAsync();
    }

    [SkippableFact]
    public async Task An_absent_camera_is_waited_for_while_the_others_run()
    {
        using var server = RtspServer.Start("test", "/cam", "320x160@25");
        using var late = new TcpProxy(server.Port);
        late.Refuse();
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            streams:
              here: { url: "{{server.Url("/cam")}}" }
              absent: { url: "rtsp://127.0.0.1:{{late.Port}}/cam" }
            sources:
              cam: { {{LiveRun.Camera("${stream.url}")}} }
            stages:
              picture: { type: decode, from: cam, threads: 1 }
            sinks:
              seen: { type: collect, from: picture }
            """);

        await run.MoreAsync(10, stream: "here");
        await run.UntilAsync(() => run.Status(stream: "absent").Condition?.ErrorType == "refused", "a refusal");
        Assert.Empty(run.Frames(stream: "absent"));
        late.Accept();
        await run.MoreAsync(10, stream: "absent");
        await run.StopAsync();

        Assert.Equal(0, run.Status(stream: "absent").Restarts);
        Assert.Equal(0, run.Status(stream: "absent").Gaps);
    }

    [SkippableFact]
    public async Task A_camera_that_is_given_up_ends_its_stream_with_69()
    {
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            sources:
              cam: { type: rtsp, url: "rtsp://127.0.0.1:{{FreePort.Find()}}/cam", reconnect: { min_ms: 1, max_ms: 20, give_up_after: 300 } }
            sinks:
              seen: { type: collect, from: cam }
            """);

        var report = await run.EndAsync();

        Assert.Equal(ExitCode.Unavailable, report.ExitCode);
        Assert.Contains("nothing listens at 127.0.0.1:", report.Error);
        Assert.Contains("Given up after", report.Error);
    }

    private static async Task<(ComponentCondition Condition, IReadOnlyCollection<string> Log)> TroubleAsync(string url, string more = "", int connectMs = 20_000)
    {
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            sources:
              cam: { type: rtsp, url: "{{url}}", connect_timeout_ms: {{connectMs}}{{more}} }
            sinks:
              seen: { type: collect, from: cam }
            """);
        await run.UntilAsync(() => run.Status().Condition is { State: ComponentState.RecoverableError }, "trouble");
        var condition = run.Status().Condition!;
        await run.StopAsync();
        return (condition, run.Log);
    }

    /// <summary>Answers as a mail server does.</summary>
    private static async Task GreetAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("220 ready\r\n500 What do you mean?\r\n"u8.ToArray());
                client.Client.Shutdown(SocketShutdown.Send);
                await client.GetStream().CopyToAsync(Stream.Null);
            }
        }
        catch (Exception closed) when (closed is SocketException or IOException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private static List<string> Titles() =>
        [.. Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Select(Title)];

    private static string Title(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")) + File.ReadAllText(Path.Combine(process, "environ"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
