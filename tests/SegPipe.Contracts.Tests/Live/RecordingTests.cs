using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SegPipe.Contracts.Tests.EndToEnd;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Live;

/// <summary>Recordings: the camera's own packets in files, cut into segments, readable whatever happens.</summary>
public sealed partial class RecordingTests
{
    private const int Kill = 9;

    [SkippableTheory]
    [InlineData("mp4", "libx264 -preset ultrafast -bf 2", "h264")]
    [InlineData("mkv", "libx264 -preset ultrafast", "h264")]
    [InlineData("ts", "libx264 -preset ultrafast", "h264")]
    [InlineData("mp4", "libx265 -preset ultrafast -x265-params log-level=error:bframes=0", "hevc")]
    [InlineData("mkv", "libx265 -preset ultrafast -x265-params log-level=error:bframes=0", "hevc")]
    public async Task Packets_of_a_camera_are_recorded_as_they_are(string extension, string coder, string codec)
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        using var folder = new TemporaryFolder();
        var clip = TestClips.Write(folder["in.mp4"], $"-c:v {coder} -g 25 -pix_fmt yuv420p", "s=320x160:r=25:d=6");
        using var server = RtspServer.Start("serve", "/cam", clip);
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            sources:
              cam: { {{LiveRun.Camera(server.Url("/cam"))}} }
            sinks:
              whole: { type: video_file, from: cam, path: whole.{{extension}}, edge: wait }
              cut: { type: video_file, from: cam, path: cut/front.{{extension}}, segment_seconds: 1.5, edge: wait }
              seen: { type: collect, from: cam, edge: wait }
            """);
        await run.MoreAsync(110);

        var report = await run.StopAsync();

        var given = (int)report.Streams[0].Components.Single(c => c.Id == "cam").Emitted[0];
        var original = Hashes(clip);
        var whole = Hashes(run["whole." + extension]);
        Assert.Equal(given, Packets(run["whole." + extension]).Length);
        Assert.Equal(codec, Tool.Ffprobe("-select_streams v -show_entries stream=codec_name -of csv=p=0", run["whole." + extension])[0].TrimEnd(','));
        // A clip that came to its end begins again, with another connection; and the last pictures may lack what they refer to.
        var same = Math.Min(whole.Length - 3, original.Length);
        Assert.InRange(same, 100, original.Length);
        Assert.Equal(original[..same], whole[..same]);
        // FFmpeg gives the first packets of an RTSP stream times that it guesses.
        var times = Packets(run["whole." + extension]).Select(p => p.Seconds).Order().Skip(8).Take(90).ToArray();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(0.04, pair.Second - pair.First, 2));

        var segments = Segments(run["cut"], extension);
        Assert.InRange(segments.Length, 2, 4);
        Assert.Equal(whole, segments.SelectMany(Hashes));
        Assert.All(segments, segment => Assert.True(Packets(segment)[0].Key));
        Assert.All(segments, segment => Assert.InRange(Packets(segment).Min(p => p.Seconds), 0, 0.2));
        Assert.All(segments[..^1], segment => Assert.Equal(50, Packets(segment).Length));
        Assert.Empty(Directory.GetFiles(run["cut"], "*.partial"));
    }

    [SkippableFact]
    public async Task A_segment_whose_child_dies_stays_readable_and_the_recording_goes_on()
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        using var server = RtspServer.Start("test", "/cam", "320x160@25");
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            sources:
              cam: { {{LiveRun.Camera(server.Url("/cam"))}} }
            sinks:
              cut: { type: video_file, from: cam, path: cut/front.mp4, segment_seconds: 3 }
              copy: { type: video_file, from: cam, path: copy.mkv, edge: wait }
            """);
        await run.UntilAsync(() => Partial(run["cut"]) is { } file && Readable(file) > 0, "a segment under way");
        var torn = Partial(run["cut"])!;

        System.Diagnostics.Process.GetProcessById(RunningProcesses.Naming(torn).Min()).Kill();
        await run.UntilAsync(() => Segments(run["cut"], "mp4").Length > 0, "a whole segment");

        Assert.True(Readable(torn) > 0);
        Assert.Equal(1, run.Status("cut").Restarts);
        Assert.Equal((1, 1), run.Status("cut").Segments);
        Assert.Contains(run.Status("cut").Errors, e => e.Key.Type == "coder_failed");
        var report = await run.StopAsync();
        Assert.Equal(report.Streams[0].Components.Single(c => c.Id == "cam").Emitted[0], Packets(run["copy.mkv"]).Length);
    }

    [SkippableFact]
    public async Task A_recording_that_cannot_be_written_begins_when_it_can_and_overwrites_nothing()
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        using var server = RtspServer.Start("test", "/cam", "320x160@25");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cut"], "in the way");
        File.WriteAllText(folder["front.mp4"], "of yesterday");
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            sources:
              cam: { {{LiveRun.Camera(server.Url("/cam"))}} }
            sinks:
              cut: { type: video_file, from: cam, path: cut/front.mkv, segment_seconds: 1 }
              whole: { type: video_file, from: cam, path: front.mp4, edge: wait }
            """, folder.Path);

        await run.UntilAsync(() => run.Status("cut").Errors.Any(e => e.Key.Type == "create_failed" && e.Value > 1), "two failures");
        File.Delete(folder["cut"]);
        await run.UntilAsync(() => Segments(folder["cut"], "mkv").Length > 0, "a segment");
        var report = await run.StopAsync();

        Assert.True(run.Status("cut").Restarts > 1);
        Assert.All(Segments(folder["cut"], "mkv"), DecodesWhole);
        Assert.Equal("of yesterday", File.ReadAllText(folder["front.mp4"]));
        Assert.Equal(report.Streams[0].Components.Single(c => c.Id == "cam").Emitted[0], Packets(folder["front.2.mp4"]).Length);
    }

    [Theory]
    [InlineData("mp4")]
    [InlineData("mkv")]
    [InlineData("ts")]
    public async Task After_everything_was_killed_all_can_be_read_and_the_next_run_overwrites_nothing(string extension)
    {
        using var place = new Workplace();
        TestClips.Write(place["in.mp4"], "-c:v libx264 -preset ultrafast -g 25", "s=320x160:r=25:d=10");
        place.Pipeline($$"""
            sources:
              drive: { type: video_file, path: in.mp4, pace: realtime, loop: true }
            sinks:
              file: { type: video_file, from: drive, path: out/front.{{extension}}, segment_seconds: 3 }
            """);
        using (var run = place.Start("run", "p.yaml"))
        {
            await Patiently.UntilAsync(() => Segments(place["out"], extension).Length > 0 && Partial(place["out"]) is { } file && Readable(file) > 0, "a segment, and one under way");
            var children = RunningProcesses.Below(run.Id);
            run.Signal(Kill);
            await run.EndAsync();
            await RunningProcesses.EndAsync(children);
        }

        var finished = Segments(place["out"], extension);
        Assert.All(finished, DecodesWhole);
        var torn = Partial(place["out"])!;
        var rescued = Readable(torn);
        Assert.True(rescued > 0);
        var before = finished.ToDictionary(file => file, File.ReadAllBytes);

        (await place.RunAsync("run", "p.yaml", "--set", "sources.drive.loop=false", "--set", "sources.drive.pace=fast", "-v")).Expect(ExitCode.Done);

        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
        Assert.Null(Partial(place["out"]));
        var named = torn[..^".partial".Length];
        Assert.Equal(rescued, Packets(named).Length);
        var added = Segments(place["out"], extension).Except(before.Keys).Except([named]).ToArray();
        Assert.Equal(250, added.Sum(file => Packets(file).Length));
        Assert.All(added, DecodesWhole);
    }

    [Fact]
    public async Task Only_the_newest_segments_are_kept_where_a_number_is_given()
    {
        using var place = new Workplace();
        TestClips.Write(place["in.mp4"], "-c:v libx264 -preset ultrafast -g 5", "s=320x160:r=25:d=5");
        place.Pipeline("""
            sources:
              drive: { type: video_file, path: in.mp4 }
            sinks:
              file: { type: video_file, from: drive, path: out/front.mkv, segment_seconds: 1, keep_segments: 2 }
            """);
        Directory.CreateDirectory(place["out"]);
        File.WriteAllText(place["out/front-notes.mkv"], "not ours");

        (await place.RunAsync("run", "p.yaml")).Expect(ExitCode.Done);

        Assert.Equal([25, 25], Segments(place["out"], "mkv").Select(file => Packets(file).Length));
        Assert.True(File.Exists(place["out/front-notes.mkv"]));
    }

    [Fact]
    public async Task An_avi_is_not_cut()
    {
        using var place = new Workplace();
        TestClips.Write(place["in.mp4"], "-c:v libx264 -preset ultrafast");
        place.Pipeline("""
            sources:
              drive: { type: video_file, path: in.mp4 }
            sinks:
              file: { type: video_file, from: drive, path: out/front.avi, segment_seconds: 1 }
            """);

        Assert.Contains("`.avi` cannot be read while it is written", (await place.RunAsync("run", "p.yaml")).Expect(ExitCode.Configuration).Error, StringComparison.Ordinal);
    }

    /// <summary>Finished segments by time; a second of one second has a number.</summary>
    private static string[] Segments(string folder, string extension)
    {
        if (!Directory.Exists(folder)) return [];
        return
        [
            .. Directory.GetFiles(folder, "*." + extension).Select(file => (file, Match: Name().Match(Path.GetFileName(file)))).Where(f => f.Match.Success)
                .OrderBy(f => DateTime.ParseExact(f.Match.Groups[1].Value, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture))
                .ThenBy(f => f.Match.Groups[2].Success ? int.Parse(f.Match.Groups[2].Value, CultureInfo.InvariantCulture) : 1).Select(f => f.file),
        ];
    }

    private static string? Partial(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*.partial").Order().LastOrDefault() : null;

    /// <summary>Packets that can be read in a file that nobody finished.</summary>
    private static int Readable(string file)
    {
        try
        {
            return Packets(file).Length;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private static (double Seconds, bool Key)[] Packets(string file) =>
    [
        .. Tool.Ffprobe("-select_streams v:0 -show_entries packet=pts_time,flags -of csv=p=0", file).Select(line => line.Split(','))
            .Select(f => (double.Parse(f[0], CultureInfo.InvariantCulture), f[1].StartsWith('K'))),
    ];

    private static void DecodesWhole(string file) => Tool.Ffmpeg("-xerror -i", file, "-f", "null", "-");

    private static string[] Hashes(string file) =>
        [.. Encoding.UTF8.GetString(Tool.Ffmpeg("-i", file, "-fps_mode", "passthrough", "-f", "framemd5", "-")).Split('\n').Where(l => l.StartsWith("0,", StringComparison.Ordinal)).Select(l => l[(l.LastIndexOf(',') + 1)..].Trim())];

    [GeneratedRegex(@"^front-(\d{8}T\d{6}Z)(?:-(\d+))?\.\w+$")]
    private static partial Regex Name();
}
