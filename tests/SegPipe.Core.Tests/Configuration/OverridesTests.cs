using SegPipe.Components;
using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class OverridesTests
{
    private const string Yaml = "sources: { f: { type: video_file, path: x } }\nstages: { d: { type: decode, from: f, threads: 1 } }\nsinks: { o: { type: null, from: d } }\n";

    [Fact]
    public void The_file_is_overruled_by_the_environment_and_that_by_the_command_line()
    {
        Assert.Equal(1, Threads(Set([])));
        Assert.Equal(2, Threads(Set([], ("SEGPIPE__stages__d__threads", "2"))));
        Assert.Equal(3, Threads(Set(["stages.d.threads=3"], ("SEGPIPE__stages__d__threads", "2"))));
        Assert.Equal(4, Threads(Set(["stages.d.threads=3", "stages.d.threads=4"])));
    }

    [Fact]
    public void What_is_not_written_is_added()
    {
        var result = Set(["limits.memory=1GiB", "sinks.o.edge={ capacity: 9 }", "sinks.p={ type: null, from: [d] }"]);

        Assert.Empty(result.Problems);
        Assert.Equal(1L << 30, result.Definition!.Limits.Memory);
        Assert.Equal(9, ((ConsumerOptions)result.Definition.Streams[0].Components[2].Options).Edge!.All!.Capacity);
        Assert.Equal("p", result.Definition.Streams[0].Components[3].Id);
    }

    [Fact]
    public void A_value_is_text_and_may_hold_equals_signs_and_variables()
    {
        var result = Set(["sources.f.path=a=b: c # ${X}"], ("X", "d"));

        Assert.Equal("a=b: c # d", ((VideoFileSourceOptions)result.Definition!.Streams[0].Components[0].Options).Path);
    }

    [Theory]
    [InlineData("stages.d.threads=many", "--set stages.d.threads", "SP1010 `threads` wants a whole number, not `many`")]
    [InlineData("stages.d.thread=2", "--set stages.d.thread", "SP1004 unknown key `thread` in stage `d` (decode); did you mean `threads`?")]
    [InlineData("stages.d.threads.x=2", "--set stages.d.threads.x", "SP1031 `threads` is a single value, so nothing inside of it can be set")]
    [InlineData("stages.d.threads", "--set stages.d.threads", "SP1031 `stages.d.threads` has no `=`")]
    [InlineData("stages..d=1", "--set stages..d", "SP1031 an empty name between the dots")]
    [InlineData("stages.d.from=[f", "--set stages.d.from", "SP1031 while parsing a flow sequence, did not find expected ',' or ']'")]
    public void Findings_name_the_setting(string set, string position, string expected)
    {
        var problem = Assert.Single(Set([set]).Problems);

        Assert.Equal(position, problem.Position.ToString());
        Assert.Equal(expected, $"{problem.Code} {problem.Message}");
    }

    private static PipelineReadResult Set(string[] overrides, params (string Name, string Value)[] environment) =>
        PipelineReader.Read(new("p.yaml", Yaml), Settings(environment: environment) with { Overrides = overrides });

    private static int? Threads(PipelineReadResult result) => ((DecodeOptions)result.Definition!.Streams[0].Components[1].Options).Threads;
}
