using System.Text.Json;
using SegPipe.Host.Evaluation;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class EvalCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pictures_give_the_figures_that_their_class_maps_give_by_hand()
    {
        await DrawAsync(3);

        var json = JsonDocument.Parse((await EvalAsync("--format", "json")).Expect(ExitCode.Done).Out).RootElement;

        (await Cli.RunAsync("segment", _folder["pictures"], "--labels", _folder["given"])).Expect(ExitCode.Done);
        var matrix = new ConfusionMatrix(19);
        foreach (var file in Directory.EnumerateFiles(_folder["truth"]))
            matrix.Add(GrayPng.Read(file).Pixels, GrayPng.Read(Path.Combine(_folder["given"], Path.GetFileName(file))).Pixels);
        Assert.Equal(3, json.GetProperty("frames").GetInt32());
        Assert.Equal(matrix.MeanIou!.Value, json.GetProperty("miou").GetDouble(), 12);
        Assert.Equal(matrix.PixelAccuracy!.Value, json.GetProperty("pixel_accuracy").GetDouble(), 12);
        Assert.Equal(19, json.GetProperty("classes").GetArrayLength());
        Assert.InRange(matrix.MeanIou.Value, 0.2, 1);
    }

    [Fact]
    public async Task The_table_has_a_line_a_class_and_none_for_what_the_truth_lacks()
    {
        await DrawAsync(1);

        var lines = (await EvalAsync()).Expect(ExitCode.Done).Out.Split('\n');

        Assert.StartsWith("mIoU ", lines[0]);
        Assert.StartsWith("pixel accuracy ", lines[1]);
        Assert.Matches(@"^ 0  road +\d+\.\d\d ", lines[4]);
        Assert.Matches(@"^16  train +- ", lines[20]);
    }

    [Fact]
    public async Task What_does_not_fit_together_is_refused()
    {
        await DrawAsync(1);
        var truth = _folder["truth/000000.png"];

        Tool.Ffmpeg("-f lavfi -i color=gray:size=64x32,format=gray -frames:v 1", truth);
        (await EvalAsync()).Fails(ExitCode.InputUnusable, "64x32", "512x256");
        Tool.Ffmpeg("-f lavfi -i color=gray:size=512x256,format=rgb24 -frames:v 1", truth);
        (await EvalAsync()).Fails(ExitCode.InputUnusable, "colour picture");
        File.Delete(truth);
        (await EvalAsync()).Fails(ExitCode.InputMissing, "000000.png");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--images a")]
    [InlineData("--video a --labels b")]
    [InlineData("--images a --labels b --video c --label-video d")]
    public async Task Half_or_double_inputs_are_a_usage_error(string line) =>
        (await Cli.RunAsync(["eval", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Fails(ExitCode.Usage, "--label-video");

    [Fact]
    public async Task A_missing_folder_is_named() =>
        (await Cli.RunAsync("eval", "--images", _folder["pictures"], "--labels", _folder["truth"])).Fails(ExitCode.InputMissing, "pictures");

    private Task<CliResult> EvalAsync(params string[] more) =>
        Cli.RunAsync(["eval", "--images", _folder["pictures"], "--labels", _folder["truth"], .. more]);

    private async Task DrawAsync(int frames)
    {
        var file = SmallPipelines.Write(_folder.Path, "draw.yaml", $$"""
            version: 1
            sources:
              scene: { type: street, seed: 7, width: 512, height: 256, fps: 1, frames: {{frames}} }
            sinks:
              pictures: { type: image_folder, from: scene.picture, path: pictures }
              truth: { type: mask_png, from: scene.labels, path: truth }
            """);
        (await Cli.RunAsync("run", file, "--output-root", _folder.Path, "-q")).Expect(ExitCode.Done);
    }
}
