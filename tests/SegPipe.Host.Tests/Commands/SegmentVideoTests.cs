using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class SegmentVideoTests : IDisposable
{
    private const int Frames = 6;
    private readonly TemporaryFolder _folder = new();
    private readonly string _video;

    public SegmentVideoTests()
    {
        _video = _folder["drive.mp4"];
        Tool.Ffmpeg($"-i {Cli.InRepository("assets/street.mp4")} -f lavfi -i sine=duration=1 -frames:v {Frames} -vf scale=320:160 -c:v libx264 -preset ultrafast -c:a aac -shortest", _video);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_video_gives_an_overlay_with_its_own_times_and_sound()
    {
        var result = (await ProgramChild.RunAsync(_folder.Path, "segment", "drive.mp4", "--report", "report.json")).Expect(ExitCode.Done);

        Assert.Equal(Times(_video), Times(_folder["drive.segmented.mp4"]));
        Assert.Equal("320,160", Tool.Ffprobe("-select_streams v -show_entries stream=width,height -of csv=p=0", _folder["drive.segmented.mp4"])[0]);
        Assert.Equal("aac", Tool.Ffprobe("-select_streams a -show_entries stream=codec_name -of csv=p=0", _folder["drive.segmented.mp4"])[0]);
        Assert.Contains("wrote drive.segmented.mp4", result.Error);
        Assert.Contains($"in {Frames}; delivered: file {Frames};", result.Error);
        var children = JsonDocument.Parse(File.ReadAllText(_folder["report.json"])).RootElement.GetProperty("pipelines")[0].GetProperty("children");
        Assert.Superset(new HashSet<string?> { "fetch", "decode", "encode", "mux" }, children.EnumerateArray().Select(c => c.GetProperty("role").GetString()).ToHashSet());
    }

    [Fact]
    public async Task Class_maps_of_a_video_are_numbered_from_zero()
    {
        (await Cli.RunAsync("segment", _video, "--labels", _folder["labels"])).Expect(ExitCode.Done);

        Assert.Equal(Enumerable.Range(0, Frames).Select(n => $"{n:d6}.png"), Directory.EnumerateFiles(_folder["labels"]).Select(Path.GetFileName).Order());
        Assert.Equal((320, 160), GrayPng.Read(_folder["labels/000003.png"]) is var png ? (png.Width, png.Height) : default);
    }

    [Fact]
    public async Task O_and_labels_go_together_and_each_input_has_its_folder()
    {
        File.Copy(_video, _folder["second.mkv"]);

        (await Cli.RunAsync("segment", _video, _folder["second.mkv"], "-o", _folder["videos"], "--labels", _folder["labels"], "--at-model-size")).Expect(ExitCode.Done);

        Assert.Equal(Frames, Times(_folder["videos/second.segmented.mkv"]).Length);
        Assert.Equal(1024, GrayPng.Read(_folder["labels/drive/000000.png"]).Width);
        Assert.Equal(File.ReadAllBytes(_folder["labels/drive/000005.png"]), File.ReadAllBytes(_folder["labels/second/000005.png"]));
    }

    [Fact]
    public async Task A_file_that_is_no_video_or_cut_off_leaves_nothing_behind()
    {
        File.WriteAllText(_folder["text.mp4"], "these are words");
        var bytes = File.ReadAllBytes(Cli.InRepository("assets/street.mp4"));
        File.WriteAllBytes(_folder["cut.mp4"], bytes[..(bytes.Length / 2)]);

        (await Cli.RunAsync("segment", _folder["text.mp4"], "-o", _folder["o.mp4"])).Fails(ExitCode.InputUnusable, "text.mp4");
        (await Cli.RunAsync("segment", _folder["cut.mp4"], "-o", _folder["o.mp4"])).Fails(ExitCode.InputUnusable, "cut.mp4");

        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "o.*"));
    }

    [Fact]
    public async Task Eval_compares_a_video_with_a_lossless_label_video()
    {
        (await Cli.RunAsync("segment", _video, "--labels", _folder["labels"])).Expect(ExitCode.Done);
        var truth = _folder["truth.mkv"];
        Tool.Ffmpeg("-framerate 25 -i", [_folder["labels/%06d.png"], "-c:v", "ffv1", "-pix_fmt", "gray", truth]);

        var json = JsonDocument.Parse((await Cli.RunAsync("eval", "--video", _video, "--label-video", truth, "--format", "json")).Expect(ExitCode.Done).Out).RootElement;

        Assert.Equal(1, json.GetProperty("miou").GetDouble());
        Assert.Equal(1, json.GetProperty("pixel_accuracy").GetDouble());
        Assert.Equal(Frames, json.GetProperty("frames").GetInt32());
    }

    [Theory]
    [InlineData(Frames - 1, "ends after")]
    [InlineData(Frames + 1, "goes on after")]
    public async Task A_label_video_of_another_length_is_refused(int frames, string how)
    {
        var truth = _folder["truth.mkv"];
        Tool.Ffmpeg($"-f lavfi -i color=black:size=320x160:rate=25,format=gray -frames:v {frames} -c:v ffv1", truth);

        (await Cli.RunAsync("eval", "--video", _video, "--label-video", truth)).Fails(ExitCode.InputUnusable, how);
    }

    private static string[] Times(string file) => [.. Tool.Ffprobe("-select_streams v:0 -show_entries packet=pts_time -of csv=p=0", file).Select(t => t.TrimEnd(',')).Order()];
}
