using SegPipe.Configuration;
using SegPipe.Parts;

namespace SegPipe.Contracts.Tests.Parts;

public sealed class PartRefusalsTests
{
    private const string Sound = """
        version: 1
        models: { street: { path: model.onnx } }
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive }
          small:   { type: resize, from: picture, model: street }
          logits:  { type: infer, from: small, model: street, workers: 1 }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels] }
          video:   { type: encode, from: overlay }
        sinks:
          file:  { type: video_file, from: video, path: "${output.dir}/${input.stem}.mp4" }
          stats: { type: class_stats, from: labels, path: "${output.dir}/${input.stem}.jsonl" }
        """;

    [Fact]
    public void A_pipeline_that_can_be_run_in_parts_has_nothing_against_it() => Assert.Empty(Of(Sound));

    [Theory]
    [InlineData("${input.path}\" }", "${input.path}\", loop: true }", "SP1401", 4, "`drive` has `loop`")]
    [InlineData("${input.path}\" }", "${input.path}\", pace: realtime }", "SP1401", 4, "`drive` has `pace`")]
    [InlineData("${input.path}\" }", "${input.path}\", start: 2.5 }", "SP1401", 4, "`drive` has `start`")]
    [InlineData("path: \"${input.path}\"", "path: street.mp4", "SP1402", 4, "`drive` reads the same file for every input")]
    [InlineData("type: video_file, path: \"${input.path}\"", "type: rtsp, url: rtsp://host/a", "SP1401", 4, "`drive` is a live source")]
    [InlineData("type: decode, from: drive", "type: decode, from: drive, on_error: drop_frame", "SP1401", 6, "`picture` drops frames that it fails on")]
    [InlineData("from: small, model: street,", "from: small, model: street, edge: { when_full: latest },", "SP1401", 8, "`logits` may lose frames of `small`")]
    [InlineData("from: small, model: street,", "from: small, model: street, edge: { max_age_ms: 100 },", "SP1401", 8, "`logits` drops frames by age")]
    [InlineData("from: [picture, labels]", "from: [picture, labels], when_missing: hold", "SP1401", 10, "`overlay` holds what came last")]
    [InlineData("from: overlay }", "from: overlay }\n  again: { type: decode, from: video }", "SP1401", 12, "`again` decodes what `video` encoded")]
    [InlineData(".mp4\" }", ".mp4\", segment_seconds: 10 }", "SP1401", 13, "`file` has `segment_seconds`")]
    [InlineData("type: video_file, from: video, path: \"${output.dir}/${input.stem}.mp4\"", "type: hls, from: video, path: \"${output.dir}/${input.stem}\"", "SP1401", 13, "`file` is of type `hls`")]
    [InlineData("type: video_file, from: video, path: \"${output.dir}/${input.stem}.mp4\"", "type: rtsp, from: video, url: rtsp://host/a", "SP1401", 13, "`file` is of type `rtsp`")]
    [InlineData("${input.stem}.jsonl", "stats.jsonl", "SP1402", 14, "`stats` writes the same file for every input")]
    [InlineData("models:", "http: { listen: 127.0.0.1:9000 }\nmodels:", "SP1401", 1, "`http` serves one run")]
    public void What_cannot_be_run_in_parts_is_said_with_its_place(string text, string replacement, string code, int line, string message)
    {
        Assert.Contains(text, Sound, StringComparison.Ordinal);

        var problems = Of(Sound.Replace(text, replacement, StringComparison.Ordinal));

        var problem = Assert.Single(problems, p => p.Severity == Severity.Error && p.Message.StartsWith(message, StringComparison.Ordinal));
        Assert.Equal((code, line), (problem.Code, problem.Position.Line));
        Assert.NotNull(problem.Advice);
    }

    [Fact]
    public void What_is_wrong_in_itself_is_said_first() =>
        Assert.Equal("SP1004", Assert.Single(Of(Sound.Replace("workers", "wrkers", StringComparison.Ordinal))).Code);

    [Fact]
    public void Leads_and_tails_add_up_along_a_path()
    {
        var read = PipelineReader.Read(new("test.yaml", Sound.Replace("infer, from: small, model: street, workers: 1", "propagate, from: small, model: street, every: 3", StringComparison.Ordinal)), Settings() with { InputPath = "a.mp4" });

        Assert.Equal(new PartNeeds(3, 2, 3), PartNeeds.Of(read.Definition!));
    }

    private static IReadOnlyList<PipelineProblem> Of(string yaml) => PartRefusals.Of(new("test.yaml", yaml), Settings());

    private static ReadSettings Settings() => new() { Catalog = ShippedCatalog.Catalog, Level = ValidationLevel.Topology, WorkingFolder = "/", OutputRoot = "/out" };
}
