using SegPipe.Contracts.Tests.Media;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Parts;

public sealed class CutVideoTests
{
    private const string Sound = "-f lavfi -i sine=r=48000:d=2 ";

    private static string Pipeline(string encode = "threads: 1, crf: 0", string output = ".mp4") => $$"""
        version: 1
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          video: { type: encode, from: picture, preset: ultrafast, {{encode}} }
        sinks:
          file: { type: video_file, from: video, path: "${output.dir}/${input.stem}{{output}}" }
        """;

    public static TheoryData<string, string, string> Clips => new()
    {
        { ".mp4", "s=64x48:r=25:d=2", "-c:v libx264 -bf 0 -g 7 -preset ultrafast" },
        { ".mp4", "s=64x48:r=30000/1001:d=2", "-c:v libx264 -bf 3 -g 11" },
        { ".mp4", "s=64x48:r=25:d=2", "-c:v libx264 -bf 3 -g 9 -flags -cgop -x264-params open-gop=1 -output_ts_offset 8.4" },
        { ".mkv", "s=64x48:r=25:d=1", "-c:v libx264 -bf 3 -g 4 -x264-params open-gop=1:keyint_min=1" },
        { ".mkv", "s=64x48:r=25:d=3", "-vf select=not(mod(n\\,3))+eq(n\\,7)+gt(n\\,40) -vsync vfr -c:v libx264 -bf 2 -g 8" },
        { ".ts", "s=64x48:r=25:d=2", "-c:v libx264 -bf 2 -g 10 -output_ts_offset 8.4" },
        { ".mp4", "s=64x48:r=24:d=2", "-c:v libx265 -x265-params log-level=none:keyint=9:min-keyint=9:open-gop=1:bframes=4" },
        { ".webm", "s=64x48:r=25:d=2", "-c:v libvpx-vp9 -auto-alt-ref 1 -lag-in-frames 16 -g 10" },
        { ".mp4", "s=64x48:r=25:d=2", "-c:v libx264 -bf 0 -x264-params intra-refresh=1:keyint=10" },
        { ".mp4", "s=64x48:r=25:d=2", "-c:v libx264 -bf 2 -g 8 -movflags +frag_keyframe+empty_moov" },
        { ".mov", "s=64x48:r=25:d=2", "-c:v libx264 -bf 2 -g 8 -avoid_negative_ts disabled -output_ts_offset -0.5" },
        { ".ts", "s=64x48:r=25:d=2", "-c:v mpeg2video -bf 2 -g 10" },
        { ".ts", "s=64x48:r=25:d=2", "-c:v libx264 -flags +ildct+ilme -x264-params tff=1 -g 10 -bf 2" },
        { ".avi", "s=64x48:r=25:d=1", "-c:v mjpeg -pix_fmt yuvj420p" },
        { ".avi", "s=64x48:r=25:d=2", "-c:v mpeg4 -g 8" },
        { ".avi", "s=64x48:r=25:d=2", "-c:v mpeg4 -bf 2 -g 8" },
        { ".mpg", "s=64x48:r=25:d=2", "-c:v mpeg2video -bf 2 -g 8" },
        { ".h264", "s=64x48:r=25:d=2", "-c:v libx264 -bf 0 -g 8" },
        { ".hevc", "s=64x48:r=25:d=2", "-c:v libx265 -x265-params log-level=none:keyint=8" },
    };

    [Theory]
    [MemberData(nameof(Clips))]
    public async Task Parts_of_every_kind_of_video_join_to_the_same_pictures_at_the_same_times(string extension, string source, string arguments)
    {
        using var cut = new CutVideo { Yaml = Pipeline(), Extension = extension };
        cut.Write(arguments, source);
        await cut.RunWholeAsync();
        var seed = Environment.TickCount;

        await cut.RunPartsAsync(new(seed));

        Assert.True(cut.Results.Count > 1, "Nothing was cut.");
        var (whole, joined) = (Pictures(Path.Combine(cut.Whole, "drive.mp4")), Pictures(Path.Combine(cut.Joined, "drive.mp4")));
        Assert.True(whole.SequenceEqual(joined), $"seed {seed}: {string.Join('\n', whole.Except(joined))}\nbecame\n{string.Join('\n', joined.Except(whole))}");
        Assert.All(cut.Results, r => Assert.Equal(0, r.Lost));
        var times = MediaRun.Times(Path.Combine(cut.Whole, "drive.mp4")).Pts;
        Assert.Equal(times.Length, cut.Results.Sum(r => r.Pictures));
        Assert.Equal(times, MediaRun.Times(Path.Combine(cut.Joined, "drive.mp4")).Pts);
    }

    [Fact]
    public async Task Parts_behind_a_change_of_size_are_brought_to_the_size_of_the_first_picture()
    {
        using var cut = new CutVideo { Yaml = Pipeline(), Extension = ".ts" };
        foreach (var (name, size, offset) in new[] { ("small.ts", "64x48", "1"), ("large.ts", "128x96", "4") })
            TestClips.Write(cut[name], $"-c:v libx264 -bf 2 -g 10 -output_ts_offset {offset}", $"s={size}:r=25:d=2");
        File.WriteAllBytes(cut.Input, [.. File.ReadAllBytes(cut["small.ts"]), .. File.ReadAllBytes(cut["large.ts"])]);
        await cut.RunWholeAsync();

        await cut.RunPartsAsync(new(2));

        var (whole, joined) = (Pictures(Path.Combine(cut.Whole, "drive.mp4")), Pictures(Path.Combine(cut.Joined, "drive.mp4")));
        Assert.Equal(100, whole.Length);
        Assert.Equal(whole, joined);
        Assert.True(cut.Results.Count > 3, "Nothing was cut behind the change.");
    }

    [Theory]
    [InlineData("codec: h265")]
    [InlineData("codec: h265, bitrate: 300000")]
    [InlineData("bitrate: 300000, keyframe_interval_ms: 200")]
    [InlineData("crf: 30, low_latency: true")]
    public async Task However_parts_are_encoded_they_make_one_video_with_the_sound_of_the_original(string encode)
    {
        using var cut = new CutVideo { Yaml = Pipeline(encode) };
        cut.Write(Sound + "-metadata title=Gate -c:v libx264 -bf 2 -g 7 -c:a aac", "s=64x48:r=25:d=2");
        await cut.RunWholeAsync();

        await cut.RunPartsAsync(new(11));

        var (whole, joined) = (Path.Combine(cut.Whole, "drive.mp4"), Path.Combine(cut.Joined, "drive.mp4"));
        Assert.Equal(MediaRun.Times(whole).Pts, MediaRun.Times(joined).Pts);
        Assert.Equal(50, Pictures(joined).Length);
        const string ends = "-show_entries stream=start_time,duration,r_frame_rate:format=start_time,duration -of csv=p=0";
        Assert.Equal(Tool.Ffprobe(ends, whole), Tool.Ffprobe(ends, joined));
        const string sound = "-select_streams a:0 -show_entries packet=pts,dts,size,data_hash -show_data_hash md5 -of csv=p=0";
        Assert.Equal(Tool.Ffprobe(sound, whole), Tool.Ffprobe(sound, joined));
        Assert.Equal(["Gate"], Tool.Ffprobe("-show_entries format_tags=title -of csv=p=0", joined));
    }

    [Theory]
    [InlineData(".mp4", "codec: h264")]
    [InlineData(".mkv", "codec: h265")]
    public async Task The_same_parts_give_the_same_bytes_again(string output, string encode)
    {
        using var cut = new CutVideo { Yaml = Pipeline(encode, output) };
        cut.Write("-c:v libx264 -bf 2 -g 7", "s=64x48:r=25:d=2");
        const int seed = 12;
        await cut.RunPartsAsync(new(seed));
        var (results, video) = (cut.Results, File.ReadAllBytes(Path.Combine(cut.Joined, "drive" + output)));
        File.Delete(Path.Combine(cut.Joined, "drive" + output));

        await cut.RunPartsAsync(new(seed));

        Assert.Equal(results.SelectMany(r => r.Outputs).SelectMany(o => o.Files), cut.Results.SelectMany(r => r.Outputs).SelectMany(o => o.Files));
        Assert.Equal(video, File.ReadAllBytes(Path.Combine(cut.Joined, "drive" + output)));
    }

    private static string[] Pictures(string file)
    {
        var sums = Path.ChangeExtension(file, ".framemd5");
        Tool.Ffmpeg("-i", file, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", sums);
        return [.. File.ReadLines(sums).Where(l => !l.StartsWith('#'))];
    }
}
