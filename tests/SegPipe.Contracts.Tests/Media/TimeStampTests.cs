using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Media;

public sealed class TimeStampTests
{
    private const string Sound = "-f lavfi -i sine=r=48000:d=1 ";

    public static TheoryData<string, string> Inputs => new()
    {
        { "b29.mp4", "-f lavfi -i testsrc2=s=64x48:r=30000/1001:d=1 -c:v libx264 -bf 3 -g 15" },
        { "sound.mp4", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 " + Sound + "-c:v libx264 -bf 2 -c:a aac" },
        { "late.mp4", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libx264 -bf 2 -output_ts_offset 8.4" },
        { "late.ts", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libx264 -bf 2 -output_ts_offset 8.4" },
        { "variable.mkv", "-f lavfi -i testsrc2=s=64x48:r=25:d=2 -vf select=not(mod(n\\,3))+eq(n\\,7)+gt(n\\,40) -vsync vfr -c:v libx264 -bf 2" },
        { "variable.mp4", "-f lavfi -i testsrc2=s=64x48:r=60:d=1 -vf setpts=PTS+mod(N*N\\,7)/600/TB -vsync vfr -enc_time_base 1/90000 -video_track_timescale 90000 -c:v libx264 -bf 2" },
        { "six.mkv", "-f lavfi -i testsrc2=s=64x48:r=25 -vf setpts=N*N*0.04/TB -vsync vfr -frames:v 6 -c:v libx264 -bf 0" },
        { "seven.mkv", "-f lavfi -i testsrc2=s=64x48:r=25 -vf setpts=N*N*0.04/TB -vsync vfr -frames:v 7 -c:v libx264 -bf 0" },
        { "hevc.mp4", "-f lavfi -i testsrc2=s=64x48:r=24:d=1 -c:v libx265 -x265-params log-level=none" },
        { "plain.avi", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v mpeg4" },
        { "b29.avi", "-f lavfi -i testsrc2=s=64x48:r=30000/1001:d=1 -c:v mpeg4" },
        { "vp9.webm", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libvpx-vp9 -auto-alt-ref 1 -lag-in-frames 16" },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task Times_are_those_of_the_input_tick_for_tick_in_mp4(string name, string arguments)
    {
        using var run = new MediaRun();
        Tool.Ffmpeg(arguments, run[name]);

        var report = await run.TranscodeAsync(run[name], run["out.mp4"]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        var (fromBase, from) = MediaRun.Times(run[name]);
        var (toBase, to) = MediaRun.Times(run["out.mp4"]);
        Assert.Equal(fromBase.Den, toBase.Den);
        Assert.Equal(from.Select(t => t * fromBase.Num), to.Select(t => t * toBase.Num));
        Assert.Equal(["out.mp4", name], Directory.EnumerateFiles(run.Folder).Select(Path.GetFileName).OrderBy(f => f != "out.mp4"));
    }

    [Theory]
    [InlineData("out.mkv")]
    [InlineData("out.ts")]
    [InlineData("out.mov")]
    [InlineData("out.avi")]
    public async Task Times_are_rounded_to_the_ticks_of_other_containers(string output)
    {
        using var run = new MediaRun();
        Tool.Ffmpeg(Inputs.First(i => i[0] is "b29.mp4")[1].ToString()!, run["b29.mp4"]);

        var report = await run.TranscodeAsync(run["b29.mp4"], run[output]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        var (fromBase, from) = MediaRun.Times(run["b29.mp4"]);
        var (toBase, to) = MediaRun.Times(run[output]);
        Assert.Equal(from.Length, to.Length);
        var shift = output.EndsWith("avi", StringComparison.Ordinal) ? from[0] * fromBase.Value - to[0] * toBase.Value : 0;
        foreach (var (sent, read) in from.Zip(to))
            Assert.InRange(read * toBase.Value + shift - sent * fromBase.Value, -0.51 * toBase.Value, 0.51 * toBase.Value);
    }

    [Fact]
    public async Task Sound_subtitles_and_tags_come_along_with_their_own_times()
    {
        using var run = new MediaRun();
        File.WriteAllText(run["words.srt"], "1\n00:00:00,200 --> 00:00:00,800\nhello\n");
        Tool.Ffmpeg(
            "-f lavfi -i testsrc2=s=64x48:r=25:d=1 " + Sound + "-i", run["words.srt"], "-c:v", "libx264", "-c:a", "aac", "-c:s", "mov_text", "-metadata", "title=Gate 4", run["in.mp4"]);

        await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);

        foreach (var track in new[] { "a:0", "s:0" })
        {
            var query = $"-select_streams {track} -show_entries packet=pts,dts,size,data_hash -show_data_hash md5 -of csv=p=0";
            Assert.Equal(Tool.Ffprobe(query, run["in.mp4"]), Tool.Ffprobe(query, run["out.mp4"]));
        }
        Assert.Equal("-1024", Tool.Ffprobe("-select_streams a:0 -show_entries packet=pts -of csv=p=0", run["out.mp4"])[0].TrimEnd(','));
        Assert.Equal(["Gate 4"], Tool.Ffprobe("-show_entries format_tags=title -of csv=p=0", run["out.mp4"]));
    }

    [Theory]
    [InlineData("out.mp4")]
    [InlineData("out.mkv")]
    public async Task Pictures_before_zero_keep_their_distance_from_the_sound_however_early_they_are(string output)
    {
        using var run = new MediaRun();
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=5:d=30 -f lavfi -i sine=r=48000:d=30 -c:v libx264 -bf 2 -g 999 -c:a aac", run["whole.mp4"]);
        Tool.Ffmpeg("-ss 20 -i", run["whole.mp4"], "-c", "copy", run["cut.mp4"]);

        var report = await run.TranscodeAsync(run["cut.mp4"], run[output]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        var from = Seconds(run["cut.mp4"], "v:0");
        Assert.Equal(-20, from[0]);
        var later = output == "out.mkv" ? 20 : 0;
        Assert.Equal(from.Select(t => Math.Round(t + later, 6)), Seconds(run[output], "v:0"));
        var sound = Seconds(run["cut.mp4"], "a:0").Where(t => t >= 0).ToArray();
        Assert.All(sound.Zip(Seconds(run[output], "a:0").Where(t => t >= later)), pair => Assert.InRange(pair.Second - pair.First - later, -0.0011, 0.0011));
    }

    [Theory]
    [InlineData("ts", "mp4")]
    [InlineData("mpg", "mkv")]
    public async Task Times_that_begin_anew_go_on_for_pictures_and_sound(string container, string output)
    {
        using var run = new MediaRun();
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=25:d=4 -f lavfi -i sine=r=48000:d=4 -c:v mpeg2video -bf 2 -c:a mp2", run["once." + container]);
        var once = File.ReadAllBytes(run["once." + container]);
        File.WriteAllBytes(run["twice." + container], [.. once, .. once]);

        var report = await run.TranscodeAsync(run["twice." + container], run["out." + output]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        var pictures = Seconds(run["out." + output], "v:0");
        Assert.Equal(200, pictures.Length);
        Assert.All(pictures.Zip(pictures.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0.0389, 0.0411));
        var sound = Seconds(run["out." + output], "a:0");
        Assert.All(sound.Zip(sound.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0.0229, 0.0251));
        Assert.InRange(sound[^1] - pictures[^1], -0.1, 0.1);
    }

    [Theory]
    [InlineData("in.h264", "-c:v libx264 -bf 3")]
    [InlineData("in.h264", "-c:v libx264 -bf 0")]
    [InlineData("in.hevc", "-c:v libx265 -x265-params log-level=none")]
    [InlineData("in.m2v", "-c:v mpeg2video -bf 2")]
    [InlineData("in.mjpeg", "-c:v mjpeg -f mjpeg")]
    [InlineData("in.mpg", "-c:v mpeg2video -bf 2")]
    public async Task Pictures_of_containers_without_all_times_come_in_their_order_at_their_rate(string name, string codec)
    {
        using var run = new MediaRun();
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=30:d=2 " + codec, run[name]);

        var (video, sums) = (await run.TranscodeAsync(run[name], run["out.mp4"]), await run.ChecksumAsync(run[name], run["sums.txt"]));

        Assert.Equal((null, ExitCode.Done), (video.Error, video.ExitCode));
        Assert.Equal((null, ExitCode.Done), (sums.Error, sums.ExitCode));
        Tool.Ffmpeg("-i", run[name], "-fps_mode", "passthrough", "-f", "framemd5", run["expected.txt"]);
        Assert.Equal(Pictures(run["expected.txt"]), Pictures(run["sums.txt"]));
        var seconds = Seconds(run["out.mp4"], "v:0");
        // FFmpeg takes 25 a second where the stream does not say more.
        var rate = name == "in.mjpeg" ? 25.0 : 30;
        Assert.Equal(60, seconds.Length);
        Assert.All(seconds.Index(), picture => Assert.Equal(seconds[0] + picture.Index / rate, picture.Item, 5));
    }

    [Fact]
    public async Task Tracks_that_the_container_cannot_hold_are_left_out()
    {
        using var run = new MediaRun();
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=25:d=1 " + Sound + Sound + "-map 0 -map 1 -map 2 -c:v libx264 -c:a:0 aac -c:a:1 libvorbis", run["in.mkv"]);

        var report = await run.TranscodeAsync(run["in.mkv"], run["out.mp4"]);

        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Equal(["h264", "aac"], Tool.Ffprobe("-show_entries stream=codec_name -of csv=p=0", run["out.mp4"]).Select(c => c.TrimEnd(',')));
    }

    [Fact]
    public async Task Start_and_end_choose_pictures_by_their_own_times()
    {
        using var run = new MediaRun { SourceOptions = ", start: 0.42, end: 1.2" };
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=25:d=2 " + Sound.Replace("d=1", "d=2", StringComparison.Ordinal) + "-c:v libx264 -bf 2 -g 10 -c:a aac", run["in.mp4"]);

        var report = await run.TranscodeAsync(run["in.mp4"], run["out.mkv"]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        var (_, pts) = MediaRun.Times(run["out.mkv"]);
        Assert.Equal(Enumerable.Range(11, 19).Select(i => i * 40L), pts);
        var sound = Seconds(run["out.mkv"], "a:0");
        Assert.InRange(sound[0], 0.35, 0.45);
        Assert.InRange(sound[^1], 1.1, 1.25);
    }

    [Fact]
    public async Task Key_packets_come_at_the_interval_in_time()
    {
        using var run = new MediaRun { EncodeOptions = ", preset: ultrafast, keyframe_interval_ms: 400" };
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=25:d=2 -c:v libx264", run["in.mp4"]);

        await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);

        var keys = Tool.Ffprobe("-select_streams v:0 -show_entries packet=pts_time,flags -of csv=p=0", run["out.mp4"]).Where(l => l.Contains('K', StringComparison.Ordinal));
        Assert.Equal(["0.000000", "0.400000", "0.800000", "1.200000", "1.600000"], keys.Select(k => k.Split(',')[0]));
    }

    [Fact]
    public async Task H265_goes_the_same_way()
    {
        using var run = new MediaRun { EncodeOptions = ", codec: h265, preset: ultrafast, threads: 1, keyframe_interval_ms: 400" };
        Tool.Ffmpeg(Inputs.First(i => i[0] is "b29.mp4")[1].ToString()!, run["in.mp4"]);

        var report = await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        Assert.Equal(MediaRun.Times(run["in.mp4"]).Pts, MediaRun.Times(run["out.mp4"]).Pts);
        Assert.Equal(["hevc"], Tool.Ffprobe("-show_entries stream=codec_name -of csv=p=0", run["out.mp4"]).Select(c => c.TrimEnd(',')));
    }

    private static double[] Seconds(string file, string track) =>
    [
        .. Tool.Ffprobe($"-select_streams {track} -show_entries packet=pts_time -of csv=p=0", file)
            .Select(t => double.Parse(t.TrimEnd(','), System.Globalization.CultureInfo.InvariantCulture)).Order(),
    ];

    private static IEnumerable<string> Pictures(string sums) => File.ReadLines(sums).Where(l => !l.StartsWith('#')).Select(l => l.Split(',')[^1].Trim());
}
