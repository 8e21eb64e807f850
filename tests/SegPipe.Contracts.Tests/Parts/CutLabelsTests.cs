using System.Globalization;
using System.Text.RegularExpressions;
using SegPipe.Contracts.Tests.Media;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Parts;

public sealed partial class CutLabelsTests
{
    private const string Clip = "s=128x64:r=25:d=1.2";

    /// <summary>Every kind of sink that parts can have.</summary>
    private static string Pipeline(string infer) => $$"""
        version: 1
        models: { street: { path: "${FOLDER}/mean.onnx", threads: 1 } }
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          small:   { type: resize, from: picture, model: street }
          logits:  { type: {{infer}}, from: small, model: street }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels] }
        sinks:
          sums:    { type: checksum, from: labels, path: "${output.dir}/${input.stem}.labels.md5" }
          seen:    { type: checksum, from: overlay, path: "${output.dir}/${input.stem}.overlay.md5" }
          masks:   { type: mask_png, from: labels, path: "${output.dir}/${input.stem}.labels" }
          stills:  { type: image_folder, from: overlay, path: "${output.dir}/${input.stem}.pictures" }
          runs:    { type: mask_rle, from: labels, path: "${output.dir}/${input.stem}.masks.jsonl" }
          stats:   { type: class_stats, from: labels, path: "${output.dir}/${input.stem}.stats.jsonl" }
          changes: { type: class_stats, from: labels, change_percent: 1, every_seconds: 0.3, path: "${output.dir}/${input.stem}.changes.jsonl" }
          copy:    { type: video_file, from: drive, path: "${output.dir}/${input.stem}.copy.mp4" }
          nothing: { type: null, from: overlay }
        """;

    [Theory]
    [InlineData("infer")]
    [InlineData("propagate, every: 2, residual: 255")]
    [InlineData("propagate, every: 3, residual: 6")]
    [InlineData("propagate, every: 4, residual: 9")]
    [InlineData("propagate, every: 4, residual: 6, direction: forward")]
    public async Task Every_output_of_the_parts_is_that_of_the_whole(string infer)
    {
        using var cut = new CutVideo { Yaml = Pipeline(infer) };
        // A cut scene now and then, so that pictures are inferred out of turn.
        cut.Write("-vf hue=h=40*floor(n/6) -c:v libx264 -bf 2 -g 7", Clip);
        MeanModel.Write(cut["mean.onnx"]);
        await cut.RunWholeAsync();
        var whole = Outputs(cut.Whole);
        AssertTrait(infer, whole["drive.stats.jsonl"].Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var seed = Environment.TickCount;

        await cut.RunPartsAsync(new(seed));

        var joined = Outputs(cut.Joined);
        Assert.True(cut.Results.Count > 1, "Nothing was cut.");
        Assert.Equal(whole.Keys, joined.Keys);
        foreach (var (name, content) in whole)
            Assert.True(content == joined[name], $"seed {seed}: {name} differs.");
        Assert.Equal(MediaRun.Times(Path.Combine(cut.Whole, "drive.copy.mp4")).Pts, MediaRun.Times(Path.Combine(cut.Joined, "drive.copy.mp4")).Pts);
    }

    /// <summary>The clip must be one on which propagation does what is tried here: carry over, and infer out of turn.</summary>
    private static void AssertTrait(string infer, string[] records)
    {
        if (Every().Match(infer) is not { Success: true } every) return;
        var period = int.Parse(every.Groups[1].Value, CultureInfo.InvariantCulture);
        var inferred = records.Select((record, i) => (Carried: !record.Contains("\"mask_age_ms\":0,", StringComparison.Ordinal), InTurn: i % period == 0)).ToArray();
        Assert.Contains(inferred, r => r.Carried);
        Assert.Equal(!infer.Contains("255", StringComparison.Ordinal), inferred.Take(records.Length - 1).Any(r => !r.Carried && !r.InTurn));
    }

    private static SortedDictionary<string, string> Outputs(string folder)
    {
        SortedDictionary<string, string> contents = new(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".mp4", StringComparison.Ordinal)))
            contents[Path.GetRelativePath(folder, file)] = Clock().Replace(Convert.ToBase64String(File.ReadAllBytes(file)) is var bytes && file.EndsWith(".png", StringComparison.Ordinal) ? bytes : File.ReadAllText(file), "");
        return contents;
    }

    [GeneratedRegex("every: (\\d)")]
    private static partial Regex Every();

    [GeneratedRegex("\"wall_time\":\"[^\"]*\",")]
    private static partial Regex Clock();
}
