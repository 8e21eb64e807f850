using System.Runtime.Versioning;
using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Running;

public sealed class ReloadTests : IDisposable
{
    private const int HangUp = 1, Terminate = 15;
    private readonly ReloadedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_stream_that_is_the_same_goes_on_and_a_changed_one_starts_again_in_numbered_files()
    {
        _run.Write();
        await _run.StartAsync();

        _run.Write(rear: 2);
        var result = await _run.ReloadAsync();
        await _run.WrittenAsync("rear", 5);
        await _run.Served.UntilAsync("pipelines", body => body.Contains("\"stopped\"", StringComparison.Ordinal));
        _run.Program.Signal(Terminate);
        var end = (await _run.Program.EndAsync()).Expect(ExitCode.Done);

        Assert.Equal("applied", result.GetProperty("outcome").GetString());
        Assert.Equal(["front"], Streams(result, "kept"));
        Assert.Equal(["rear"], Streams(result, "restarted"));
        Assert.Contains("p: kept front; restarted rear", end.Error, StringComparison.Ordinal);
        Assert.Equal(100, _run.Sums("front.md5").Length);
        Assert.Equal(_run.SumsOfClip(), _run.Sums("front.md5"));
        Assert.False(File.Exists(_run["front-2.md5"]));
        var (before, after) = (_run.Sums("rear.md5"), _run.Sums("rear-2.md5"));
        Assert.True(before.Length >= 5 && after.Length >= 5);
        Assert.Equal(_run.SumsOfClip().Take(5), before.Take(5));
        Assert.Equal(before.Take(5), after.Take(5));
        Assert.Equal(before.Length, Packets("rear.mkv"));
        Assert.Equal(after.Length, Packets("rear-2.mkv"));
    }

    [Fact]
    public async Task A_file_with_errors_leaves_what_runs_alone_and_says_where_they_are()
    {
        _run.Write();
        await _run.StartAsync();

        File.WriteAllText(_run["p.yaml"], File.ReadAllText(_run["p.yaml"]).Replace("threads:", "thread:", StringComparison.Ordinal));
        var result = await _run.ReloadAsync();
        var metrics = await _run.Served.GetAsync("metrics");
        await _run.WrittenAsync("rear", 20);
        _run.Write();
        var mended = await _run.ReloadAsync();
        var metricsOfMended = await _run.Served.GetAsync("metrics");

        Assert.Equal("refused", result.GetProperty("outcome").GetString());
        Assert.Contains(result.GetProperty("findings").EnumerateArray(), f => f.GetString()!.StartsWith("p.yaml:6:", StringComparison.Ordinal));
        await _run.Program.SaysAsync("not taken over, what runs goes on");
        Assert.Equal(0, Value(metrics, "segpipe_config_last_reload_successful"));
        Assert.Equal("unchanged", mended.GetProperty("outcome").GetString());
        Assert.Equal(1, Value(metricsOfMended, "segpipe_config_last_reload_successful"));
        Assert.True(Value(metricsOfMended, "segpipe_config_last_reload_success_timestamp_seconds") > Value(metrics, "segpipe_config_last_reload_success_timestamp_seconds"));
        Assert.False(File.Exists(_run["rear-2.md5"]));
    }

    [Theory]
    [InlineData("http", "", "127.0.0.1:1")]
    [InlineData("limits", "limits: { memory: 512MiB }", "127.0.0.1:0")]
    [InlineData("log.format", "log: { format: json }", "127.0.0.1:0")]
    [InlineData("name", "name: other", "127.0.0.1:0")]
    public async Task What_needs_a_restart_is_refused_with_everything_else(string entry, string top, string listen)
    {
        _run.Write();
        await _run.StartAsync();

        _run.Write(rear: 2, top: top, listen: listen);
        var result = await _run.ReloadAsync();

        Assert.Equal("refused", result.GetProperty("outcome").GetString());
        Assert.Contains($"`{entry}`", result.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("needs a restart", result.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_run["rear-2.md5"]));
    }

    [Fact]
    public async Task Streams_come_and_go_and_the_level_of_the_log_follows()
    {
        _run.Write();
        await _run.StartAsync();

        _run.Write(more: ", side: { loop: true, threads: 1 }", top: "log: { level: debug }");
        var more = await _run.ReloadAsync();
        await _run.WrittenAsync("side", 5);
        _run.Write();
        var fewer = await _run.ReloadAsync();
        var metrics = await _run.Served.GetAsync("metrics");
        _run.Program.Signal(Terminate);
        (await _run.Program.EndAsync()).Expect(ExitCode.Done);

        Assert.Equal(["side"], Streams(more, "started"));
        Assert.Equal(["side"], Streams(fewer, "stopped"));
        Assert.Equal(["front", "rear"], Streams(fewer, "kept"));
        Assert.DoesNotContain("stream=\"side\"", metrics, StringComparison.Ordinal);
        Assert.Equal(Packets("side.mkv"), _run.Sums("side.md5").Length);
    }

    [Fact]
    public async Task Signals_during_a_reload_are_followed_by_one_more_and_the_newest_file_wins()
    {
        _run.Write();
        await _run.StartAsync();

        for (var threads = 2; threads <= 5; threads++)
        {
            _run.Write(rear: threads);
            _run.Program.Signal(HangUp);
        }
        var idle = await _run.Served.UntilAsync("reload", body => JsonDocument.Parse(body).RootElement is var r && !r.GetProperty("busy").GetBoolean() && r.GetProperty("last").GetProperty("number").GetInt32() > 0);
        await _run.WrittenAsync("rear", 5);
        _run.Program.Signal(HangUp);
        var last = await _run.Served.UntilAsync("reload", body => body.Contains("\"unchanged\"", StringComparison.Ordinal));
        _run.Program.Signal(Terminate);
        (await _run.Program.EndAsync()).Expect(ExitCode.Done);

        Assert.InRange(JsonDocument.Parse(idle).RootElement.GetProperty("last").GetProperty("number").GetInt32(), 1, 4);
        Assert.Contains("\"kept\"", last, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(_run.Folder, "rear*.md5"), sums => Assert.Equal(_run.Sums(sums).Length, Packets(Path.ChangeExtension(sums, ".mkv"))));
    }

    [Fact]
    public async Task A_request_to_stop_during_a_reload_wins()
    {
        _run.Write();
        await _run.StartAsync();

        _run.Write(rear: 2);
        _run.Program.Signal(HangUp);
        _run.Program.Signal(Terminate);
        (await _run.Program.EndAsync()).Expect(ExitCode.Done);

        Assert.All(Directory.GetFiles(_run.Folder, "*.md5"), sums => Assert.Equal(_run.Sums(sums).Length, Packets(Path.ChangeExtension(sums, ".mkv"))));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_script_with_the_token_is_answered_when_the_reload_is_over()
    {
        File.WriteAllText(_run["token"], "open sesame");
        File.SetUnixFileMode(_run["token"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        void Write(int rear) => File.WriteAllText(_run["p.yaml"], Pipeline(rear));
        string Pipeline(int rear)
        {
            _run.Write(rear);
            return File.ReadAllText(_run["p.yaml"]).Replace("127.0.0.1:0\"", "127.0.0.1:0\", token_file: token", StringComparison.Ordinal);
        }
        Write(1);
        await _run.StartAsync();

        Write(2);
        var stranger = await _run.Served.SendAsync(HttpMethod.Post, "reload");
        var page = await _run.Served.SendAsync(HttpMethod.Post, "reload", ("Authorization", "Bearer open sesame"), ("Origin", "http://elsewhere.example"));
        var friend = await _run.Served.SendAsync(HttpMethod.Post, "reload", ("Authorization", "Bearer open sesame"));
        File.WriteAllText(_run["p.yaml"], "version: 2\n");
        var broken = await _run.Served.SendAsync(HttpMethod.Post, "reload", ("Authorization", "Bearer open sesame"));

        Assert.Equal([401, 403, 200, 409], [stranger.Status, page.Status, friend.Status, broken.Status]);
        Assert.Equal(["rear"], Streams(JsonDocument.Parse(friend.Body).RootElement, "restarted"));
    }

    private static string[] Streams(JsonElement result, string what) =>
        [.. result.GetProperty("pipelines")[0].GetProperty(what).EnumerateArray().Select(s => s.GetString()!)];

    private static double Value(string metrics, string name) =>
        double.Parse(metrics.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Packets of a film; a stream that was exchanged before its first one has none.</summary>
    private int Packets(string name) => !File.Exists(_run[name]) ? 0 : Tool.Ffprobe("-show_entries packet=pts -of csv=p=0", _run[name]).Length;
}
