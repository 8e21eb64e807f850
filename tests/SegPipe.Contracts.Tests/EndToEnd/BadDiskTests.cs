using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class BadDiskTests : IDisposable
{
    private readonly Workplace _place = new();

    public static TheoryData<string, string, string> Sinks => new()
    {
        { "video_file", "video", "out.mp4" },
        { "image_folder", "scene.picture", "pictures" },
        { "mask_png", "scene.labels", "masks" },
        { "class_stats", "scene.labels", "stats.jsonl" },
        { "checksum", "scene.picture", "sums.md5" },
    };

    public void Dispose() => _place.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Sinks))]
    public async Task A_full_disk_is_told_in_two_lines_and_nothing_half_is_left(string type, string from, string path)
    {
        Skip.If(Workplace.WhyNoDisk() is not null, Workplace.WhyNoDisk());

        var result = await _place.RunWithDiskAsync("mount -t tmpfs -o size=32k none disk", "run", Street(type, from, "disk/" + path));

        result.Fails(ExitCode.IoError, "p: sink: The disk is full: ", $"disk/{path}", "Free some space");
        Assert.All(Left(), file => Assert.Equal(".png", Path.GetExtension(file)));
        foreach (var picture in Left()) Tool.Ffmpeg("-xerror -i", picture, "-f", "null", "-");
        Assert.Equal(type is "image_folder" or "mask_png", Left().Length > 0);
        await _place.IsCleanAsync();
    }

    [SkippableFact]
    public async Task A_recording_on_a_full_disk_keeps_what_can_be_read()
    {
        Skip.If(Workplace.WhyNoDisk() is not null, Workplace.WhyNoDisk());
        TestClips.Write(_place["in.mp4"], "-c:v libx264 -preset ultrafast -g 25", "s=320x160:r=25:d=10");
        // Room for two seconds and a half.
        var size = new FileInfo(_place["in.mp4"]).Length / 4096;

        var result = await _place.RunWithDiskAsync($"mount -t tmpfs -o size={size}k none disk", "run", _place.Pipeline("""
            sources:
              drive: { type: video_file, path: in.mp4 }
            sinks:
              film: { type: video_file, from: drive, path: disk/film.mkv, segment_seconds: 1 }
            """));

        result.Fails(ExitCode.IoError, "p: film: The disk is full: ", "Free some space");
        Assert.InRange(Left().Count(file => file.EndsWith("Z.mkv", StringComparison.Ordinal) || file.EndsWith("Z-2.mkv", StringComparison.Ordinal)), 1, 2);
        foreach (var film in Left()) Assert.NotEmpty(Tool.Ffprobe("-show_entries packet=pts -of csv=p=0", film));
        foreach (var film in Left().Where(f => !f.EndsWith(".partial", StringComparison.Ordinal))) Tool.Ffmpeg("-xerror -i", film, "-f", "null", "-");
    }

    [SkippableTheory]
    [MemberData(nameof(Sinks))]
    public async Task A_disk_that_may_only_be_read_is_told_before_the_first_frame(string type, string from, string path)
    {
        Skip.If(Workplace.WhyNoDisk() is not null, Workplace.WhyNoDisk());

        var result = await _place.RunWithDiskAsync("mount -t tmpfs none disk && mount -o remount,ro disk", "run", Street(type, from, "disk/" + path));

        result.Fails(ExitCode.CannotCreate, $"p.yaml:10:", "/disk cannot be written to (Read-only file system)");
        Assert.DoesNotContain("stream p", result.Error);
        Assert.Empty(Left());
        await _place.IsCleanAsync();
    }

    [Theory]
    [MemberData(nameof(Sinks))]
    public async Task A_folder_that_is_missing_is_made(string type, string from, string path)
    {
        (await _place.RunAsync("run", Street(type, from, "deep/er/" + path, frames: 2))).Expect(ExitCode.Done);

        Assert.True(Path.Exists(_place["deep/er/" + path]));
    }

    [Theory]
    [MemberData(nameof(Sinks))]
    public async Task A_folder_that_is_a_file_is_told_before_the_first_frame(string type, string from, string path)
    {
        File.WriteAllText(_place["file"], "");

        (await _place.RunAsync("run", Street(type, from, "file/" + path))).Fails(ExitCode.CannotCreate, "/file is a file, not a folder");

        await _place.IsCleanAsync();
    }

    private string[] Left() => Directory.GetFiles(_place["left"], "*", SearchOption.AllDirectories);

    private string Street(string type, string from, string path, int frames = 500) => _place.Pipeline($$"""
        sources:
          scene: { type: street, width: 128, height: 64, frames: {{frames}} }
        stages:
          video: { type: encode, from: scene.picture, preset: ultrafast, crf: 1, threads: 1 }
        sinks:
          rest: { type: null, from: video }
          sink:
            type: {{type}}
            path: {{path}}
            from: {{from}}
        """);
}
