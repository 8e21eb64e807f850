using System.Globalization;
using SegPipe.Components;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Live;

/// <summary>The sink <c>hls</c>, read by players that are not ours while it is written and afterwards.</summary>
public sealed class HlsSinkTests
{
    private const string Small = "320x160@25", Large = "480x240@25";
    private const int Window = 6;

    [SkippableTheory]
    [InlineData("fmp4", Small, "h264", ".m4s")]
    [InlineData("ts", Small, "h264", ".ts")]
    [InlineData("fmp4", Small + ":h265", "hevc", ".m4s")]
    public async Task A_camera_is_watched_over_http_while_it_is_written(string segments, string what, string codec, string extension)
    {
        SkipWithoutCamera();
        using var server = RtspServer.Start("test", "/cam", what);
        await using var run = await LiveRun.StartAsync(Pipeline(server, segments));
        using var web = new FolderServer(run["live"]);
        var index = web.Address + "index.m3u8";

        // Every reading on the way must find a whole playlist of whole segments.
        var playlist = new Playlist([]);
        await run.UntilAsync(() => (playlist = Playlist.Read(run["live"])).First >= 3, "a window that moves");

        Assert.InRange(playlist.Segments.Count, 1, Window);
        Assert.All(playlist.Segments, name => Assert.EndsWith(extension, name, StringComparison.Ordinal));
        Assert.False(playlist.HasEnded);
        Assert.Equal([$"{codec},320,160"], Tool.Ffprobe("-select_streams v -show_entries stream=codec_name,width,height -of csv=p=0", index).Take(1));
        Tool.Run("timeout", ["60", "ffmpeg", .. "-nostdin -v error -xerror -i".Split(' '), index, .. "-frames:v 40 -f null -".Split(' ')]);
        Tool.Run("timeout", ["60", "gst-launch-1.0", "-q", "uridecodebin3", $"uri={index}", .. "! identity eos-after=40 ! fakesink".Split(' ')]);
        // Those of the window, two that players may still be reading, and the one under way.
        Assert.InRange(Directory.GetFiles(run["live"], "*" + extension).Length, 1, Window + 3);

        await run.StopAsync();
        Assert.True(Playlist.Read(run["live"]).HasEnded);
        Assert.Empty(Directory.GetFiles(run["live"], "*.tmp"));
    }

    [SkippableFact]
    public async Task A_camera_that_returns_with_another_size_goes_on_in_the_same_playlist()
    {
        SkipWithoutCamera();
        using var server = RtspServer.Start("test", "/cam", Small);
        await using var run = await LiveRun.StartAsync(Pipeline(server));
        await run.UntilAsync(() => Playlist.Read(run["live"]).Segments.Count > 0, "a playlist");
        var before = Playlist.Read(run["live"]);

        server.Restart("test", "/cam", Large);
        await run.UntilAsync(() => Playlist.Read(run["live"]) is { HasDiscontinuity: true, Segments.Count: > 1 }, "a discontinuity");

        var after = Playlist.Read(run["live"]);
        Assert.True(after.First > before.First);
        Assert.False(after.HasEnded);
        Assert.Equal(["480,240"], Tool.Ffprobe("-select_streams v -show_entries stream=width,height -of csv=p=0", run["live/index.m3u8"]).Take(1));
        await run.StopAsync();
    }

    [SkippableFact]
    public async Task A_child_that_dies_is_started_again_and_no_sibling_loses_a_frame()
    {
        SkipWithoutCamera();
        using var server = RtspServer.Start("test", "/cam", Small);
        await using var run = await LiveRun.StartAsync(Pipeline(server, more: "copy: { type: video_file, from: cam, path: copy.mkv, edge: wait }"));
        await run.UntilAsync(() => Playlist.Read(run["live"]).Segments.Count > 0, "a playlist");
        var before = Playlist.Read(run["live"]);

        // The outermost takes the others along.
        System.Diagnostics.Process.GetProcessById(RunningProcesses.Naming(run["live"]).Min()).Kill();
        await run.UntilAsync(() => Playlist.Read(run["live"]) is { HasDiscontinuity: true } now && now.First > before.First, "segments of another child");

        Assert.Equal((1, ComponentState.Ok), (run.Status("hls").Restarts, run.Status("hls").Condition!.State));
        var report = await run.StopAsync();
        var given = report.Streams[0].Components.Single(c => c.Id == "cam").Emitted[0];
        Assert.Equal(given, report.Streams[0].Components.Single(c => c.Id == "copy").Inputs[0].Processed);
        Assert.Equal(given, Tool.Ffprobe("-select_streams v -show_entries packet=pts -of csv=p=0", run["copy.mkv"]).Length);
    }

    [Theory]
    [InlineData("fmp4")]
    [InlineData("ts")]
    public async Task A_film_holds_the_same_pictures_at_the_same_distances_and_a_second_run_overwrites_nothing(string segments)
    {
        await using var run = await LiveRun.StartAsync(Film(segments));
        Assert.Equal(ExitCode.Done, (await run.EndAsync()).ExitCode);

        var first = Playlist.Read(run["live"]);
        Assert.Equal((0, true, false), (first.First, first.HasEnded, first.HasDiscontinuity));
        Assert.Equal(Pictures(run["whole.mp4"]), Pictures(run["live/index.m3u8"]));
        var kept = first.Segments.ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(run["live"], name)));

        await using var second = await LiveRun.StartAsync(Film(segments), run[""]);
        Assert.Equal(ExitCode.Done, (await second.EndAsync()).ExitCode);

        var next = Playlist.Read(run["live"]);
        Assert.Equal((first.Segments.Count, true, true), (next.First, next.HasEnded, next.HasDiscontinuity));
        Assert.All(kept, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(run["live"], file.Key))));
        Assert.Equal(Pictures(run["whole.mp4"]), Pictures(run["live/index.m3u8"]));
    }

    private static string Film(string segments) => $$"""
        version: 1
        sources:
          scene: { type: street, seed: 5, width: 128, height: 64, frames: 100 }
        stages:
          video: { type: encode, from: scene.picture, preset: ultrafast, threads: 1, keyframe_interval_ms: 500 }
        sinks:
          hls: { type: hls, from: video, path: live, segments: {{segments}}, segment_seconds: 0.5, window: 1000 }
          whole: { type: video_file, from: video, path: whole.mp4 }
        """;

    private static string Pipeline(RtspServer server, string segments = "fmp4", string more = "") => $$"""
        version: 1
        sources:
          cam: { {{LiveRun.Camera(server.Url("/cam"))}} }
        sinks:
          hls: { type: hls, from: cam, path: live, segments: {{segments}}, segment_seconds: 0.5, window: {{Window}} }
          {{more}}
        """;

    /// <summary>Times from the first picture on, and hashes, of the decoded pictures.</summary>
    private static string[] Pictures(string file)
    {
        var lines = System.Text.Encoding.UTF8.GetString(Tool.Ffmpeg("-i", file, "-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-f", "framemd5", "-"))
            .Split('\n').Where(line => line.StartsWith("0,", StringComparison.Ordinal)).Select(line => line.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        var start = long.Parse(lines[0][2], CultureInfo.InvariantCulture);
        return [.. lines.Select(line => $"{long.Parse(line[2], CultureInfo.InvariantCulture) - start} {line[^1]}")];
    }

    private static void SkipWithoutCamera() => Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);

    /// <summary>A playlist at one moment; reading it requires that it is whole.</summary>
    private sealed record Playlist(IReadOnlyList<string> Lines)
    {
        public long First => Lines.Where(l => l.StartsWith("#EXT-X-MEDIA-SEQUENCE:", StringComparison.Ordinal)).Select(l => long.Parse(l.AsSpan(l.IndexOf(':') + 1), CultureInfo.InvariantCulture)).FirstOrDefault(-1);

        public IReadOnlyList<string> Segments => [.. Lines.Where(l => l.Length > 0 && l[0] != '#')];

        public bool HasEnded => Lines.Contains("#EXT-X-ENDLIST");

        public bool HasDiscontinuity => Lines.Contains("#EXT-X-DISCONTINUITY");

        public static Playlist Read(string folder)
        {
            var file = Path.Combine(folder, "index.m3u8");
            if (!File.Exists(file)) return new([]);
            var text = File.ReadAllText(file);
            Assert.StartsWith("#EXTM3U\n", text);
            Assert.EndsWith("\n", text);
            var playlist = new Playlist(text.Split('\n'));
            Assert.All(playlist.Segments, name => Assert.True(new FileInfo(Path.Combine(folder, name)) is { Exists: true, Length: > 0 }, name));
            return playlist;
        }
    }
}
