using System.Text.RegularExpressions;
using SegPipe.Host;

namespace SegPipe.Contracts.Tests.Parts;

public sealed partial class CutLabelsTests
{
    private const string Clip = "s=128x64:r=25:d=2";

    /// <summary>Every kind of sink that writes; two propagations one behind the other's labels would have no model.</summary>
    private static string Pipeline(string infer) => $$"""
        version: 1
        models: { street: { path: {{Home.Asset("street-tiny.onnx")}}, threads: 1 } }
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
        cut.Write("-vf hue=h=40*floor(n/6) -c:v libx264 -bf 2 -g 5", Clip);
        await cut.RunWholeAsync();
        var whole = Outputs(cut.Whole);

        for (var round = 0; round < 3; round++)
        {
            var seed = Environment.TickCount + round;
            await cut.RunPartsAsync(new(seed));

            var joined = Outputs(cut.Joined);
            Assert.True(cut.Results.Count > 1, "Nothing was cut.");
            Assert.Equal(whole.Keys, joined.Keys);
            foreach (var (name, content) in whole)
                Assert.True(content == joined[name], $"seed {seed}: {name} differs.");
            Directory.Delete(cut.Joined, recursive: true);
        }
    }

    private static SortedDictionary<string, string> Outputs(string folder)
    {
        SortedDictionary<string, string> contents = new(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".mp4", StringComparison.Ordinal)))
            contents[Path.GetRelativePath(folder, file)] = Clock().Replace(Convert.ToBase64String(File.ReadAllBytes(file)) is var bytes && file.EndsWith(".png", StringComparison.Ordinal) ? bytes : File.ReadAllText(file), "");
        return contents;
    }

    [GeneratedRegex("\"wall_time\":\"[^\"]*\",")]
    private static partial Regex Clock();
}
