using System.Globalization;
using SegPipe.Contracts.Tests.EndToEnd;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Live;

/// <summary>What a scrape tells of sinks that try again and that cut recordings.</summary>
public sealed class SinkMetricsTests
{
    [Fact]
    public async Task Attempts_errors_bytes_and_segments_of_sinks_are_scraped()
    {
        using var place = new Workplace();
        TestClips.Write(place["in.mp4"], "-c:v libx264 -preset ultrafast -g 25", "s=320x160:r=25:d=10");
        var port = FreePort.Find();
        place.Pipeline($$"""
            http: { listen: "127.0.0.1:{{port}}" }
            sources:
              drive: { type: video_file, path: in.mp4, pace: realtime, loop: true }
            sinks:
              push: { type: rtsp, from: drive, url: "rtsp://127.0.0.1:{{FreePort.Find()}}/push", reconnect: { min_ms: 10, max_ms: 20 }, edge: drop_to_keyframe }
              page: { type: hls, from: drive, path: out/live, segment_seconds: 1 }
              file: { type: video_file, from: drive, path: out/front.mkv, segment_seconds: 1 }
            """);
        using var run = place.Start("run", "p.yaml");
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        var text = "";

        await Patiently.UntilAsync(
            () =>
            {
                text = Scrape(client);
                return Value(text, "segpipe_sink_segments_total", "component=\"file\"", "result=\"ok\"") > 0
                    && Value(text, "segpipe_component_restarts_total", "component=\"push\"") > 0;
            },
            "segments and attempts", () => text);

        Assert.True(Value(text, "segpipe_component_errors_total", "component=\"push\"", "error_type=\"refused\"", "phase=\"sending\"") > 0);
        Assert.Equal(0, Value(text, "segpipe_component_healthy", "component=\"push\""));
        Assert.Equal(1, Value(text, "segpipe_component_healthy", "component=\"file\""));
        Assert.Equal(0, Value(text, "segpipe_sink_segments_total", "component=\"file\"", "result=\"failed\""));
        Assert.Equal(0, Value(text, "segpipe_sink_written_bytes_total", "component=\"push\""));
        Assert.True(Value(text, "segpipe_sink_written_bytes_total", "component=\"page\"") > 0);
        Assert.True(Value(text, "segpipe_sink_written_bytes_total", "component=\"file\"") > 0);
        Assert.Null(Value(text, "segpipe_sink_segments_total", "component=\"page\""));
    }

    private static string Scrape(HttpClient client)
    {
        try
        {
            return client.GetStringAsync(new Uri("metrics", UriKind.Relative)).GetAwaiter().GetResult();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    /// <summary>The value of the series with these labels, or null.</summary>
    private static double? Value(string text, string name, params string[] labels) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(l => line.Contains(l, StringComparison.Ordinal))) is { } found
            ? double.Parse(found.AsSpan(found.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture)
            : null;
}
