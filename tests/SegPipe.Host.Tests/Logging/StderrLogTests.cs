using System.Text.Json;
using Microsoft.Extensions.Logging;
using SegPipe.Configuration;
using SegPipe.Host.Logging;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Logging;

public sealed class StderrLogTests
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _error = new();
    private readonly HostConsole _console;

    public StderrLogTests() => _console = new() { Out = TextWriter.Null, Error = _error, Time = _time };

    private string[] Lines => _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void A_json_line_carries_time_level_place_and_fields()
    {
        var log = Log(LogVerbosity.Info, LogFormat.Json).CreateLogger("night/decode");

        log.LogWarning(new EventId(1, "child_slow"), "{Child} is slow: {Milliseconds} ms", "ffmpeg", 250);

        var line = JsonDocument.Parse(Assert.Single(Lines)).RootElement;
        Assert.Equal("2024-06-01T12:00:00.000Z", line.GetProperty("ts").GetString());
        Assert.Equal("warning", line.GetProperty("level").GetString());
        Assert.Equal("ffmpeg is slow: 250 ms", line.GetProperty("msg").GetString());
        Assert.Equal("child_slow", line.GetProperty("event").GetString());
        Assert.Equal("night", line.GetProperty("pipeline").GetString());
        Assert.Equal("decode", line.GetProperty("component").GetString());
        Assert.Equal(250, line.GetProperty("milliseconds").GetInt32());
    }

    [Theory]
    [InlineData(LogVerbosity.Debug, 2)]
    [InlineData(LogVerbosity.Info, 1)]
    public void Requests_are_told_at_debug_only_and_trouble_of_the_web_server_always(LogVerbosity level, int lines)
    {
        var log = Log(level, LogFormat.Text).CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics");

        log.LogInformation("Request starting");
        log.LogWarning("It is late");

        Assert.Equal(lines, Lines.Length);
    }

    [Theory]
    [InlineData(LogVerbosity.Debug, 4)]
    [InlineData(LogVerbosity.Info, 3)]
    [InlineData(LogVerbosity.Warning, 2)]
    [InlineData(LogVerbosity.Error, 1)]
    public void Only_lines_from_the_level_on_are_written(LogVerbosity level, int lines)
    {
        var log = Log(level, LogFormat.Text).CreateLogger("p");

        log.LogDebug("a");
        log.LogInformation("b");
        log.LogWarning("c");
        log.LogError("d");

        Assert.Equal(lines, Lines.Length);
    }

    [Fact]
    public void Repetitions_within_ten_seconds_are_counted_and_then_told()
    {
        var log = Log(LogVerbosity.Info, LogFormat.Text).CreateLogger("p");

        for (var i = 0; i < 5; i++) log.LogWarning("frame {Frame} failed", i);
        Assert.Single(Lines);
        _time.Advance(TimeSpan.FromSeconds(10));
        log.LogWarning("frame {Frame} failed", 9);

        Assert.EndsWith("p: frame 9 failed (suppressed 4 like it)", Lines[1]);
    }

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    public void Secrets_are_never_written(LogFormat format)
    {
        var secrets = new SecretSet();
        secrets.Add("c4n4ry:p@ss");
        _console.Keep(secrets);

        Log(LogVerbosity.Info, format).CreateLogger("p").LogError("Did you mean {Url}?", "file:rtsp://cam:c4n4ry:p@ss@host/x or c4n4ry%3Ap%40ss");

        Assert.DoesNotContain("c4n4ry", _error.ToString());
    }

    [Fact]
    public void Lines_of_a_component_say_where_they_come_from_and_are_repetitions_of_its_own_only()
    {
        var log = Log(LogVerbosity.Info, LogFormat.Json).CreateLogger("night");
        ILogger[] cameras = [new ComponentLog(log, "front", "camera"), new ComponentLog(log, "rear", "camera"), new ComponentLog(log, null, "file")];

        for (var i = 0; i < 3; i++)
            foreach (var camera in cameras)
                camera.LogWarning(new EventId(0, "lost"), new SegPipeException(ExitCode.Unavailable, "gone"), "{Component}: {Reason}", "camera", "gone");

        var lines = Lines.Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Equal("front: camera: gone", lines[0].GetProperty("msg").GetString());
        Assert.Equal(("front", "camera", "lost", "unavailable"), (Field(lines[0], "stream"), Field(lines[0], "component"), Field(lines[0], "event"), Field(lines[0], "error_type")));
        Assert.Equal(("rear", "night"), (Field(lines[1], "stream"), Field(lines[1], "pipeline")));
        Assert.Equal("camera: gone", Field(lines[2], "msg"));
        Assert.False(lines[2].TryGetProperty("stream", out _));
        Assert.Equal("file", Field(lines[2], "component"));
    }

    [Fact]
    public void Levels_shift_with_verbose_and_quiet()
    {
        Assert.Equal(LogVerbosity.Debug, LogLevels.Of(LogVerbosity.Info, 1));
        Assert.Equal(LogVerbosity.Warning, LogLevels.Of(LogVerbosity.Info, -1));
        Assert.Equal(LogVerbosity.Error, LogLevels.Of(LogVerbosity.Info, -3));
    }

    private static string? Field(JsonElement line, string key) => line.GetProperty(key).GetString();

    private StderrLog Log(LogVerbosity level, LogFormat format) => new(_console, level, format);
}
