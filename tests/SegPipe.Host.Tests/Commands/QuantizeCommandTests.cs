using System.Globalization;
using System.Text.RegularExpressions;
using SegPipe.Host.Quantising;
using SegPipe.Models;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed partial class QuantizeCommandTests : IDisposable
{
    private static readonly string Street = Cli.InRepository("assets/street-tiny.onnx");

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["int8.onnx"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_street_model_keeps_its_classes_as_integers()
    {
        var result = (await Cli.RunAsync("models", "quantize", Street, "--clip", Cli.InRepository("assets/street.mp4"), "--frames", "3", "--out", Target)).Expect(ExitCode.Done);

        Assert.InRange(double.Parse(Agreement().Match(result.Out).Groups[1].Value, CultureInfo.InvariantCulture), 98.5, 100);
        var (before, after) = (ModelFile.Load(Street), ModelFile.Load(Target));
        Assert.True(after.Bytes < before.Bytes / 2);
        Assert.Equal(before.Card with { Name = "int8", Quantisation = after.Card.Quantisation, Classes = after.Card.Classes, Input = after.Card.Input }, after.Card);
        Assert.Matches(@"Conv \d+, .* 2 pictures", after.Card.Quantisation);
        (await Cli.RunAsync("models", "verify", Target)).Expect(ExitCode.Done);
        Assert.Matches("quantisation +uint8 activations", (await Cli.RunAsync("models", "inspect", Target)).Expect(ExitCode.Done).Out);
    }

    [Fact]
    public async Task A_folder_without_pictures_is_refused()
    {
        Directory.CreateDirectory(_folder["empty"]);

        var result = await QuantizeAsync("--images", _folder["empty"]);

        Assert.NotEqual(0, result.Code);
        Assert.Contains("empty", result.Error);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task A_missing_folder_or_video_is_said()
    {
        Assert.Contains($"There is no folder {_folder["none"]}", (await QuantizeAsync("--images", _folder["none"])).Expect(ExitCode.InputMissing).Error);
        Assert.Contains($"There is no video {_folder["none"]}", (await QuantizeAsync("--clip", _folder["none"])).Expect(ExitCode.InputMissing).Error);
    }

    [Fact]
    public async Task Pictures_come_from_a_folder_or_a_video_and_not_from_both()
    {
        Assert.Contains("either --images or --clip", (await QuantizeAsync()).Expect(ExitCode.Usage).Error);
        Assert.Contains("either --images or --clip", (await QuantizeAsync("--images", _folder.Path, "--clip", "a.mp4")).Expect(ExitCode.Usage).Error);
    }

    [Fact]
    public async Task An_older_file_stays_unless_forced()
    {
        File.WriteAllText(Target, "older");

        Assert.Contains("is there already", (await QuantizeAsync("--images", _folder.Path)).Expect(ExitCode.CannotCreate).Error);
        Assert.Equal("older", File.ReadAllText(Target));
    }

    [Fact]
    public async Task A_model_that_puts_out_class_maps_is_refused()
    {
        var labels = TinyModel.Write(_folder["labels.onnx"], TinyModel.LabelsCard(), TinyOutput.Int64Labels, [null, 4, 8]);

        var result = await Cli.RunAsync("models", "quantize", labels, "--images", _folder.Path, "--out", Target);

        Assert.Contains("puts out class maps, no logits", result.Expect(ExitCode.InputUnusable).Error);
    }

    [Fact]
    public async Task An_operator_that_has_no_integer_kernel_is_named() =>
        Assert.Contains("not 'Conf'; did you mean `Conv`?", (await QuantizeAsync("--images", _folder.Path, "--operators", "Conf,Add")).Expect(ExitCode.Usage).Error);

    [Fact]
    public async Task The_street_model_computes_the_same_when_optimised()
    {
        var result = (await Cli.RunAsync("models", "optimize", Street, "--out", Target)).Expect(ExitCode.Done);

        Assert.Contains("7 factors of channels spread", result.Out);
        Assert.Equal(ModelFile.Load(Street).Card.Source, ModelFile.Load(Target).Card.Source);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 8, 5)]
    [InlineData(8, 8, 8)]
    [InlineData(9, 8, 5)]
    [InlineData(100, 8, 7)]
    [InlineData(100, 7, 7)]
    [InlineData(100, 1, 1)]
    public void Of_many_pictures_evenly_spread_ones_are_kept(int shown, int most, int expected)
    {
        var pictures = new PreparedPictures(most);

        for (var i = 0; i < shown; i++) pictures.Add([(byte)i]);

        var kept = pictures.Kept.Select(picture => (int)picture[0]).ToArray();
        Assert.Equal(expected, kept.Length);
        Assert.Equal(0, kept[0]);
        Assert.True(kept.Zip(kept.Skip(1), (a, b) => b - a).Distinct().Count() <= 1);
    }

    private Task<CliResult> QuantizeAsync(params string[] more) => Cli.RunAsync(["models", "quantize", Street, "--out", Target, .. more]);

    [GeneratedRegex(@"agreement +(\d+\.\d+) %")]
    private static partial Regex Agreement();
}
