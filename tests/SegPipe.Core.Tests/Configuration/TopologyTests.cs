using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class TopologyTests
{
    private const string Models = "models: { m: { path: m.onnx } }\n";
    private const string File = "sources: { f: { type: video_file, path: x.mp4 } }\n";
    private const string Street = "sources: { s: { type: street } }\n";
    private const string Camera = "sources: { c: { type: rtsp, url: u } }\n";

    [Theory]
    [InlineData(Street + "sinks: { o: { type: null, from: s } }", "2:33 SP1103 source `s` (street) has several outputs; write `s.picture` or `s.labels`")]
    [InlineData(Street + "sinks: { o: { type: null, from: s.label } }", "2:33 SP1103 source `s` (street) has no output `label`; did you mean `labels`?")]
    [InlineData(File + "sinks: { o: { type: null, from: f.video } }", "2:33 SP1103 source `f` (video_file) has one output only; write `f`")]
    [InlineData(File + "sinks: { o: { type: null, from: f }, p: { type: null, from: o } }", "2:61 SP1103 input `o` of sink `p` (null) is a sink, which puts nothing out")]
    [InlineData(File + "sinks: { o: { type: null, from: [f, f] } }", "2:33 SP1104 sink `o` (null) takes 1 input (packets or picture or tensor or logits or labels), but `from` names 2")]
    [InlineData(Street + "stages: { c: { type: colorize, from: s.picture } }\nsinks: { o: { type: null, from: c } }", "2:38 SP1104 stage `c` (colorize) takes 2 inputs (picture and labels), but `from` names 1")]
    [InlineData(Street + "stages: { c: { type: colorize, from: [s.picture, s.picture] } }\nsinks: { o: { type: null, from: c } }", "2:50 SP1105 stage `c` (colorize) takes picture and labels, but gets picture and picture")]
    [InlineData(File + "stages: { e: { type: encode, from: f } }\nsinks: { o: { type: null, from: e } }", "2:36 SP1105 source `f` (video_file) puts out packets, but stage `e` (encode) accepts picture")]
    [InlineData(Street + "stages: { a: { type: encode, from: b }, b: { type: decode, from: a } }\nsinks: { o: { type: null, from: s.picture } }", "2:36 SP1106 these feed themselves: a -> b -> a")]
    [InlineData(Street + "stages: { a: { type: resize, model: mm, from: s.picture } }\nsinks: { o: { type: null, from: a } }", "2:37 SP1107 model `mm` of stage `a` (resize) is no entry of `models`")]
    [InlineData(File + Models + "stages: { d: { type: decode, from: f }, r: { type: resize, model: m, from: d }, i: { type: infer, model: m, from: r }, v: { type: vim_upsample, from: i, like: dd } }\nsinks: { o: { type: null, from: v } }", "3:160 SP1102 `like` of stage `v` (vim_upsample) names `dd`, which no component has; did you mean `d`?")]
    [InlineData(File + Models + "stages: { d: { type: decode, from: f }, r: { type: resize, model: m, from: d }, i: { type: infer, model: m, from: r }, v: { type: vim_upsample, from: i, like: f } }\nsinks: { o: { type: null, from: v } }", "3:160 SP1108 `f` puts out packets, not pictures")]
    [InlineData(File + Models + "stages: { d: { type: decode, from: f }, e: { type: decode, from: f }, r: { type: resize, model: m, from: d }, i: { type: infer, model: m, from: r }, v: { type: vim_upsample, from: i, like: e } }\nsinks: { o: { type: null, from: v }, p: { type: null, from: e } }", "3:190 SP1108 stage `v` (vim_upsample) is not made from `e`")]
    [InlineData("sources: { s: { type: street }, t: { type: street } }\nstages: { c: { type: colorize, from: [s.picture, t.labels] } }\nsinks: { o: { type: null, from: c } }", "2:50 SP1109 stage `c` (colorize) joins frames by their number, but `s` is numbered by `s` and `t` by `t`")]
    [InlineData(Street + "sinks: { o: { type: null, from: s.picture, edge: drop_to_keyframe } }", "2:50 SP1110 `drop_to_keyframe` is for packets, but source `s` (street) puts out picture")]
    [InlineData(Street + "sinks: { o: { type: null, from: s.picture, edge: { when_full: latest, capacity: 4 } } }", "2:50 SP1110 `latest` has capacity 1, not 4")]
    [InlineData(File + "sinks: { a: { type: video_file, from: f, path: o.mp4 }, b: { type: video_file, from: f, path: ./o.mp4 } }", "2:95 SP1111 sink `b` (video_file) and sink `a` (video_file) both write `./o.mp4`")]
    [InlineData(File + "sinks: { a: { type: video_file, from: f, path: y/../x.mp4 } }", "2:48 SP1111 sink `a` (video_file) would overwrite `y/../x.mp4`, which source `f` (video_file) reads")]
    [InlineData("streams: { a: { n: 1 }, b: { n: 2 } }\n" + File + "sinks: { a: { type: video_file, from: f, path: o.mp4 } }", "3:48 SP1111 sink `a` (video_file) writes `o.mp4` in several streams")]
    [InlineData(File + "stages: { d: { type: decode, from: f, workers: 2 } }\nsinks: { o: { type: null, from: d } }", "2:48 SP1112 stage `d` (decode) works through its stream in order and has one worker")]
    [InlineData(File + "stages: { d: { type: decode, from: f } }\nsinks: { o: { type: null, from: f } }", "2:11 SP2001 nothing reads stage `d` (decode)")]
    [InlineData(Street + Models + "sinks: { o: { type: null, from: s.picture } }", "2:11 SP2002 nothing uses model `m`")]
    [InlineData(File + "sinks: { a: { type: rtsp, url: u, from: f }, b: { type: video_file, from: f, path: o.mp4 } }", "2:10 SP2003 sink `a` (rtsp) and sink `b` (video_file) share `f` and wait for it; where `a` stalls, `b` stops")]
    [InlineData(Camera + "sinks: { o: { type: null, from: c, edge: drop_oldest } }", "2:42 SP2004 `drop_oldest` drops single packets; pictures behind them are broken up to the next key frame")]
    public void One_mistake_gives_one_finding(string yaml, string expected)
    {
        var problem = Assert.Single(Read(yaml).Problems);

        Assert.Equal(expected, $"{problem.Position.Line}:{problem.Position.Column} {problem.Code} {problem.Message}");
    }

    [Fact]
    public void Advice_names_the_stages_that_convert()
    {
        var problem = Assert.Single(Read(File + "stages: { s: { type: resize, width: 4, height: 4, from: f } }\nsinks: { o: { type: null, from: s } }").Problems);

        Assert.Equal("put a stage of type `decode` between", problem.Advice);
    }

    [Fact]
    public void Advice_names_several_stages_in_order()
    {
        var problem = Assert.Single(Read("sources: { s: { type: street } }\nsinks: { o: { type: class_stats, path: o, from: s.picture } }").Problems);

        Assert.Equal("put stages of types `resize` and then `infer` and then `vim_upsample` between", problem.Advice);
    }

    [Fact]
    public void A_sink_that_drops_holds_nobody_up()
    {
        var result = Read(File + "sinks: { a: { type: rtsp, url: u, from: f, edge: drop_to_keyframe }, b: { type: video_file, from: f, path: o.mp4 } }");

        Assert.Empty(result.Problems);
    }

    [Fact]
    public void Frames_of_one_decoder_meet_after_any_number_of_stages()
    {
        Assert.Empty(Read(PipelineReaderTests.Whole).Problems);
    }

    [Fact]
    public void Each_level_includes_those_before_it()
    {
        const string Yaml = "sources: { f: { type: video_file, path: nowhere.mp4, crf: 1 } }\nsinks: { o: { type: null, from: g } }";

        Assert.Empty(Read(Yaml, ValidationLevel.Syntax).Problems);
        Assert.Equal(["SP1004"], Read(Yaml, ValidationLevel.Schema).Problems.Select(p => p.Code));
        Assert.Equal(["SP1004", "SP1102"], Read(Yaml, ValidationLevel.Topology).Problems.Select(p => p.Code));
        Assert.Equal(["SP1201", "SP1004", "SP1102"], Read(Yaml, ValidationLevel.Environment).Problems.Select(p => p.Code));
    }
}
