using SegPipe.Components;
using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class PipelineReaderTests
{
    internal const string Whole = """
        version: 1
        models:
          street: { path: m.onnx, threads: 2 }
        sources:
          drive:   { type: video_file, path: in/street.mp4 }
        stages:
          picture: { type: decode, from: drive }
          small:   { type: resize, from: picture, model: street }
          logits:  { type: infer, from: small, model: street }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [labels, picture], opacity: 0.25, edge: { picture: { capacity: 4 }, labels: latest } }
          video:   { type: encode, from: overlay, crf: 23 }
        sinks:
          file:    { type: video_file, from: video, path: "out/${input.stem}.mp4" }
          stats:   { type: class_stats, from: labels, path: "./${input.dir}.jsonl", edge: { when_full: wait, max_age_ms: 500 } }
        limits: { memory: 512MiB, sandbox: off }
        """;

    [Fact]
    public void A_whole_pipeline_is_bound()
    {
        var result = Read(Whole);

        Assert.Empty(result.Problems);
        var pipeline = result.Definition!;
        Assert.Equal("p", pipeline.Name);
        Assert.Equal(2, pipeline.Models["street"].Threads);
        Assert.Equal(512L << 20, pipeline.Limits.Memory);
        Assert.Equal(SandboxMode.Off, pipeline.Limits.Sandbox);
        var stream = Assert.Single(pipeline.Streams);
        Assert.Equal(["drive", "picture", "small", "logits", "labels", "overlay", "video", "file", "stats"], stream.Components.Select(c => c.Id));
        Assert.Equal("out/street.mp4", Options<FileSinkOptions>(pipeline, "file").Path);
        Assert.Equal("./in.jsonl", Options<FileSinkOptions>(pipeline, "stats").Path);
        Assert.Equal(500, Options<FileSinkOptions>(pipeline, "stats").Edge!.All!.MaxAgeMs);
        Assert.Equal(23, Options<EncodeOptions>(pipeline, "video").Crf);
        Assert.Equal(0.25, Options<ColorizeOptions>(pipeline, "overlay").Opacity);
    }

    [Fact]
    public void Inputs_come_in_the_order_of_the_component_and_keep_their_policies()
    {
        var overlay = Options<ColorizeOptions>(Read(Whole).Definition!, "overlay");

        Assert.Equal([new("picture", null), new("labels", null)], overlay.From);
        Assert.Equal(4, overlay.Edge!.For(overlay.From[0])!.Capacity);
        Assert.Equal(WhenFull.Latest, overlay.Edge.For(overlay.From[1])!.WhenFull);
    }

    [Fact]
    public void Options_know_where_they_stand()
    {
        var video = Read(Whole).Definition!.Streams[0].Components.Single(c => c.Id == "video");

        Assert.Equal("p.yaml:12:3", video.Position.ToString());
        Assert.Equal(new SourcePosition("p.yaml", 12, 48, 2), video.PositionOf("crf"));
        Assert.Equal(video.Position, video.PositionOf("threads"));
    }

    [Fact]
    public void Mistakes_of_every_level_are_found_at_once()
    {
        var result = Read("version: 1\nsources:\n  a: { type: video_fil, path: x.mp4 }\nstages:\n  b: { type: decode, from: aa }\n  c: { type: resize, form: b }\nsinks:\n  d: { type: null, from: b }\n");

        Assert.Null(result.Definition);
        Assert.Equal(
            [
                "p.yaml:3:14: SP1013: unknown type `video_fil` of source `a`; did you mean `video_file`?",
                "p.yaml:5:28: SP1102: input `aa` of stage `b` (decode) does not match any source or stage; did you mean `a`?",
                "p.yaml:6:22: SP1004: unknown key `form` in stage `c` (resize); did you mean `from`?",
            ],
            result.Problems.Select(p => $"{p.Position}: {p.Code}: {p.Message}"));
    }

    [Fact]
    public void Block_style_means_the_same_as_flow_style()
    {
        var block = Read("""
            sources:
              scene:
                type: street
            sinks:
              out:
                type: null
                from:
                  - scene.labels
                edge:
                  when_full: latest
            """);

        Assert.Empty(block.Problems);
        var options = Options<NullOptions>(block.Definition!, "out");
        Assert.Equal(new InputReference("scene", "labels"), Assert.Single(options.From));
        Assert.Equal(WhenFull.Latest, options.Edge!.All!.WhenFull);
    }

    [Fact]
    public void Anchors_and_merge_keys_are_applied()
    {
        var result = Read("""
            x-edge: &slow { capacity: 7 }
            sources: { a: { type: street } }
            sinks:
              b: { type: null, from: a.picture, edge: *slow }
              c: { type: null, from: a.picture, edge: { <<: *slow, when_full: drop_newest } }
            """);

        Assert.Empty(result.Problems);
        Assert.Equal(new EdgeOptions { Capacity = 7 }, Options<NullOptions>(result.Definition!, "b").Edge!.All);
        Assert.Equal(new EdgeOptions { Capacity = 7, WhenFull = WhenFull.DropNewest }, Options<NullOptions>(result.Definition!, "c").Edge!.All);
    }

    [Fact]
    public void Streams_give_one_copy_each_with_their_own_values()
    {
        var result = Read("""
            streams:
              front: { url: "rtsp://cam:secret@a/1" }
              rear: { url: "rtsp://b/1" }
            sources: { cam: { type: rtsp, url: "${stream.url}" } }
            stages: { picture: { type: decode, from: cam } }
            sinks: { out: { type: null, from: picture } }
            """);

        Assert.Empty(result.Problems);
        Assert.Equal(["front", "rear"], result.Definition!.Streams.Select(s => s.Id));
        Assert.Equal("rtsp://b/1", ((RtspOptions)result.Definition.Streams[1].Components[0].Options).Url);
        Assert.Equal("open rtsp://***@a/1", result.Secrets.Redact("open rtsp://cam:secret@a/1"));
    }

    [Fact]
    public void A_mistake_in_a_template_is_said_once()
    {
        var result = Read("""
            streams: { a: , b: , c: }
            sources: { cam: { type: rtsp, urll: "rtsp://b/1" } }
            sinks: { out: { type: null, from: cam } }
            """);

        Assert.Single(result.Problems);
    }

    [Fact]
    public void A_missing_file_is_a_finding()
    {
        var result = PipelineReader.ReadFile("nowhere/p.yaml", Settings());

        var problem = Assert.Single(result.Problems);
        Assert.Equal("there is no such file", problem.Message);
        Assert.Equal(ExitCode.InputMissing, problem.ExitCode);
    }

    private static T Options<T>(PipelineDefinition pipeline, string id)
        where T : ComponentOptions => (T)pipeline.Streams[0].Components.Single(c => c.Id == id).Options;
}
