using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

/// <summary>One text with one mistake, and the one finding that it must give.</summary>
public sealed class FindingTests
{
    private const string Ends = "sources: { s: { type: street } }\nsinks: { o: { type: null, from: s.picture } }\n";
    private const string File = "sources: { f: { type: video_file, path: x.mp4 } }\n";

    [Theory]
    [InlineData("", "1:1 SP1002 the file is empty")]
    [InlineData("# nothing\n", "1:1 SP1002 the file is empty")]
    [InlineData("---\n", "2:1 SP1002 the file holds no pipeline")]
    [InlineData("- a\n", "1:1 SP1008 a pipeline is a map with `sources`, `stages` and `sinks`, but a list stands here")]
    [InlineData("sources: [a\n", "2:1 SP1003 while parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData("sources:\n\ta: { type: street }\n", "2:1 SP1007 a tab in the indentation; YAML is indented by spaces")]
    [InlineData("a: *b\n", "1:4 SP1003 no anchor `&b` stands before this alias")]
    [InlineData(Ends + "---\nb: 1\n", "3:1 SP1003 a second document begins here; one file is one pipeline")]
    [InlineData(Ends + "version: 2\n", "3:10 SP1016 this program reads `version: 1`")]
    [InlineData(Ends + "sink: {}\n", "3:1 SP1004 unknown key `sink` at the top level; did you mean `sinks`?")]
    [InlineData(Ends + "from: s\n", "3:1 SP1004 unknown key `from` at the top level; it belongs into a stage or sink: check the indentation")]
    [InlineData(Ends + "log: { level: info, level: debug }\n", "3:21 SP1005 `level` is written twice in this map")]
    [InlineData(Ends + "log: { level: inof }\n", "3:15 SP1012 `level` cannot be `inof`; did you mean `info`?")]
    [InlineData(Ends + "limits: { memory: much }\n", "3:19 SP1010 `memory` wants a size, not `much`")]
    [InlineData(Ends + "limits: { threads: 1.5 }\n", "3:20 SP1010 `threads` wants a whole number, not `1.5`")]
    [InlineData(Ends + "limits: { threads: 2000 }\n", "3:20 SP1011 `threads` must be from 1 to 1024, not 2000")]
    [InlineData(Ends + "limits: [1]\n", "3:9 SP1008 `limits` is a map of options, but a list stands here")]
    [InlineData(Ends + "http: { listn: x }\n", "3:9 SP1004 unknown key `listn` in `http`; did you mean `listen`?")]
    [InlineData(Ends + "http: { level: x }\n", "3:9 SP1004 unknown key `level` in `http`")]
    [InlineData("sources: { s: { type: street } }\n", "1:1 SP1101 there are no sinks")]
    [InlineData("sources: { S1: { type: street } }\nsinks: { o: { type: null, from: S1.picture } }\n", "1:12 SP1015 `S1` is not an id")]
    [InlineData("sources: { s: { type: street } }\nsinks: { s: { type: null, from: s.picture } }\n", "2:10 SP1015 the id `s` is taken: it stands under `sources` too")]
    [InlineData("sources: { s: { type: street, fps: fast } }\nsinks: { o: { type: null, from: s.picture } }\n", "1:36 SP1010 `fps` wants a number or a fraction such as 30000/1001, not `fast`")]
    [InlineData("sources: { s: { type: null } }\nsinks: { o: { type: null, from: s } }\n", "1:23 SP1013 unknown type `null` of source `s`; there is a sink of that name, which belongs under `sinks`")]
    [InlineData("sources: { s: { tipe: street } }\nsinks: { o: { type: null, from: s } }\n", "1:17 SP1009 source `s` lacks `type`; did you mean `type` instead of `tipe`?")]
    [InlineData("sources: { s: street }\nsinks: { o: { type: null, from: s } }\n", "1:15 SP1008 source `s` is a map of options, but a single value stands here")]
    [InlineData("sources: { f: { type: video_file } }\nsinks: { o: { type: null, from: f } }\n", "1:12 SP1009 source `f` (video_file) lacks `path`")]
    [InlineData("sources: { f: { type: video_file, path: } }\nsinks: { o: { type: null, from: f } }\n", "1:35 SP1009 `path` of source `f` (video_file) has no value")]
    [InlineData("sources: { f: { type: video_file, path: x, loop: yes } }\nsinks: { o: { type: null, from: f } }\n", "1:50 SP1010 `loop` wants `true` or `false`, not `yes`")]
    [InlineData("sources: { f: { type: video_file, path: [x] } }\nsinks: { o: { type: null, from: f } }\n", "1:41 SP1008 `path` wants a text, but a list stands here")]
    [InlineData("sources: { r: { type: rtsp, url: u, delay_ms: 3 } }\nsinks: { o: { type: null, from: r } }\n", "1:37 SP1004 unknown key `delay_ms` in source `r` (rtsp); it belongs under `reconnect`")]
    [InlineData("sources: { r: { type: rtsp, url: u, reconnect: { username: 3 } } }\nsinks: { o: { type: null, from: r } }\n", "1:50 SP1004 unknown key `username` in `reconnect` of source `r` (rtsp); it belongs one level up: check the indentation")]
    [InlineData("sources: { r: { type: rtsp, url: u, crf: 3 } }\nsinks: { o: { type: null, from: r } }\n", "1:37 SP1004 unknown key `crf` in source `r` (rtsp); `encode` (stage) has such an option")]
    [InlineData(File + "stages: { z: { type: resize, from: d }, d: { type: decode, from: f } }\nsinks: { o: { type: null, from: z } }\n", "2:11 SP1014 stage `z` (resize): either `model` or `width` and `height` must be given")]
    [InlineData(File + "sinks: { o: { type: null, from: f, edge: lattest } }\n", "2:42 SP1012 `edge` cannot be `lattest`; did you mean `latest`?")]
    [InlineData(File + "sinks: { o: { type: null, from: f, edge: [wait] } }\n", "2:42 SP1008 `edge` wants a policy, but a list stands here")]
    [InlineData(File + "sinks: { o: { type: null, from: [] } }\n", "2:33 SP1009 `from` is an empty list")]
    [InlineData(File + "sinks: { o: { type: null, from: [[f]] } }\n", "2:34 SP1008 `from` wants an id, or `id.output`, but a list stands here")]
    [InlineData(File + "sinks: { o: { type: null, from: f, edge: { g: { capacity: 2 } } } }\n", "2:44 SP1102 `g` is no input of sink `o` (null)")]
    [InlineData(File + "sinks: { o: { type: null, from: f, edge: { capasity: 2 } } }\n", "2:44 SP1004 unknown key `capasity` in `edge` of sink `o` (null); did you mean `capacity`?")]
    [InlineData("sources: { f: { type: video_fil, path: x } }\nsinks: { o: { type: video_file, from: f, path: \"o/${input.stem}.mp4\" } }\n", "1:23 SP1013 unknown type `video_fil` of source `f`; did you mean `video_file`?")]
    [InlineData("sources: { f: { type: video_file } }\nsinks: { o: { type: video_file, from: f, path: \"o/${input.stem}.mp4\" } }\n", "1:12 SP1009 source `f` (video_file) lacks `path`")]
    public void One_mistake_gives_one_finding(string yaml, string expected)
    {
        var problem = Assert.Single(Read(yaml).Problems);

        Assert.Equal(expected, $"{problem.Position.Line}:{problem.Position.Column} {problem.Code} {problem.Message}");
    }

    [Fact]
    public void A_secret_of_the_wrong_shape_is_not_quoted()
    {
        var result = Read("sources: { r: { type: rtsp, url: u, password: hunter22, usernam: x } }\nsinks: { o: { type: null, from: r } }\n");

        Assert.DoesNotContain(result.Problems, p => p.Message.Contains("hunter22", StringComparison.Ordinal));
        Assert.Equal("log in as *** failed", result.Secrets.Redact("log in as hunter22 failed"));
    }

    [Fact]
    public void Codes_are_unique_and_each_has_a_meaning()
    {
        Assert.Equal(ProblemCode.All.Count, ProblemCode.All.Select(c => c.Id).Distinct().Count());
        Assert.All(ProblemCode.All, c => Assert.Matches("^SP[12][0-9]{3}$", c.Id));
        Assert.All(ProblemCode.All, c => Assert.NotEmpty(c.Meaning));
    }
}
