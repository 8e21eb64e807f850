using SegPipe.Contracts.Tests.Media;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Parts;

public sealed class CutVideoTests
{
    private const string Pipeline = """
        version: 1
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          video: { type: encode, from: picture, preset: ultrafast, threads: 1, crf: 0 }
        sinks:
          file: { type: video_file, from: video, path: "${output.dir}/${input.stem}.mp4" }
        """;

    public static TheoryData<string, string, string> Clips => new()
    {
        { ".mp4", "s=64x48:r=25:d=2", "-c:v libx264 -bf 0 -g 7 -preset ultrafast" },
        { ".mp4", "s=64x48:r=30000/1001:d=2", "-c:v libx264 -bf 3 -g 11" },
        { ".mp4", "s=64x48:r=25:d=2", "-c:v libx264 -bf 3 -g 9 -flags -cgop -x264-params open-gop=1 -output_ts_offset 8.4" },
        { ".mkv", "s=64x48:r=25:d=3", "-vf select=not(mod(n\\,3))+eq(n\\,7)+gt(n\\,40) -vsync vfr -c:v libx264 -bf 2 -g 8" },
        { ".ts", "s=64x48:r=25:d=2", "-c:v libx264 -bf 2 -g 10 -output_ts_offset 8.4" },
        { ".mp4", "s=64x48:r=24:d=2", "-c:v libx265 -x265-params log-level=none:keyint=9:min-keyint=9:open-gop=1:bframes=4" },
        { ".webm", "s=64x48:r=25:d=2", "-c:v libvpx-vp9 -auto-alt-ref 1 -lag-in-frames 16 -g 10" },
        { ".avi", "s=64x48:r=25:d=2", "-c:v mpeg4 -g 8" },
        { ".avi", "s=64x48:r=25:d=2", "-c:v mpeg4 -bf 2 -g 8" },
    };

    [Theory]
    [MemberData(nameof(Clips))]
    public async Task Parts_of_every_kind_of_video_join_to_the_same_pictures_at_the_same_times(string extension, string source, string arguments)
    {
        using var cut = new CutVideo { Yaml = Pipeline, Extension = extension };
        cut.Write(arguments, source);
        await cut.RunWholeAsync();
        var seed = Environment.TickCount;

        await cut.RunPartsAsync(new(seed));

        Assert.True(cut.Results.Count > 1, "Nothing was cut.");
        Assert.Equal(Pictures(Path.Combine(cut.Whole, "drive.mp4")), Pictures(Path.Combine(cut.Joined, "drive.mp4")));
        Assert.All(cut.Results, r => Assert.Equal(0, r.Lost));
        Assert.Equal(MediaRun.Times(Path.Combine(cut.Whole, "drive.mp4")).Pts, MediaRun.Times(Path.Combine(cut.Joined, "drive.mp4")).Pts);
    }

    private static string[] Pictures(string file)
    {
        var sums = Path.ChangeExtension(file, ".framemd5");
        Tool.Ffmpeg("-i", file, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", sums);
        return [.. File.ReadLines(sums).Where(l => !l.StartsWith('#'))];
    }
}
