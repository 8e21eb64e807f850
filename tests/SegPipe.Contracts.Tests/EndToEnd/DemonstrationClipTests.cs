using System.Globalization;
using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class DemonstrationClipTests : IDisposable
{
    // The model card's figure, measured with other software on the same clip.
    private const double CardMiou = 55.73, Tolerance = 0.3;
    private const int Rate = 25;
    private const int Width = 2048, Height = 1024;
    private static readonly int[] Frames = [0, 57, 113, 199];
    private static readonly string Clip = Home.Asset("street.mp4");
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Frames_of_the_clip_get_the_labels_that_they_get_alone()
    {
        (await _place.RunAsync("run", _place.Pipeline($$"""
            models: { street: { path: {{Home.Asset("street-tiny.onnx")}} } }
            streams: { {{string.Join(", ", Frames.Select(f => $"f{f}: {{ start: {Seconds(f)}, end: {Seconds(f + 1)} }}"))}} }
            sources: { drive: { type: video_file, path: {{Clip}}, start: "${stream.start}", end: "${stream.end}" } }
            stages:
              picture: { type: decode, from: drive }
              small: { type: resize, from: picture, model: street }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: picture }
            sinks: { masks: { type: mask_png, from: labels, path: "video/${stream.id}" } }
            """))).Expect(ExitCode.Done);
        Directory.CreateDirectory(_place["yuv"]);
        Directory.CreateDirectory(_place["rgb"]);
        // The clip is decoded once for all of them.
        Tool.Ffmpeg($"-i {Clip}", Frames.SelectMany(Alone));
        (await _place.RunAsync("segment", "yuv", "--labels", "yuv-labels")).Expect(ExitCode.Done);
        (await _place.RunAsync("segment", "rgb", "--labels", "rgb-labels")).Expect(ExitCode.Done);

        Tool.Ffmpeg($"-i {Clip} -t 0.16 -c copy", _place["cut.mkv"]);
        (await _place.RunAsync("segment", "cut.mkv", "--labels", "cut")).Expect(ExitCode.Done);

        Assert.Equal(0, Differences(GrayPng.Read(_place["cut/000000.png"]), $"yuv-labels/f{Frames[0]}.png"));
        foreach (var frame in Frames)
        {
            var video = GrayPng.Read(_place[$"video/f{frame}/000000.png"]);
            Assert.Equal((Width, Height), (video.Width, video.Height));
            Assert.True(video.Pixels.Distinct().Count() > 8, "a street has more classes");
            Assert.Equal(0, Differences(video, $"yuv-labels/f{frame}.png"));
            Assert.InRange(Differences(video, $"rgb-labels/f{frame}.png"), 0, video.Pixels.Length / 1000);
        }
    }

    [Fact]
    public async Task Eval_gives_the_figure_of_the_models_card()
    {
        var result = await _place.RunAsync("eval", "--video", Clip, "--label-video", Home.Asset("street.labels.mkv"), "--format", "json");

        var json = JsonDocument.Parse(result.Expect(ExitCode.Done).Out).RootElement;
        Assert.Equal(200, json.GetProperty("frames").GetInt32());
        Assert.InRange(100 * json.GetProperty("miou").GetDouble(), CardMiou - Tolerance, CardMiou + Tolerance);
    }

    /// <summary>FFmpeg's arguments for one picture of the clip as two files of one picture.</summary>
    private IEnumerable<string> Alone(int frame)
    {
        string[] select = ["-vf", $"select=eq(n\\,{frame})", "-vsync", "passthrough", "-frames:v", "1"];
        return [.. select, .. "-c:v ffv1 -pix_fmt yuv420p".Split(' '), _place[$"yuv/f{frame}.mkv"], .. select, .. "-pix_fmt rgb24".Split(' '), _place[$"rgb/f{frame}.png"]];
    }

    private static string Seconds(int frame) => ((double)frame / Rate).ToString(CultureInfo.InvariantCulture);

    private int Differences(GrayPng picture, string file) =>
        picture.Pixels.Zip(GrayPng.Read(_place[file]).Pixels, (a, b) => a == b ? 0 : 1).Sum();
}
