using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class ValidateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string ThreeMistakes => SmallPipelines.Write(_folder.Path, "bad.yaml", """
        version: 1
        sources:
          a: { type: stret }
        stages:
          b: { type: resize, from: aa, width: 8, height: 8 }
        sinks:
          c: { type: null, form: b }
        """);

    private string Unused => SmallPipelines.Write(_folder.Path, "unused.yaml", """
        version: 1
        sources:
          a: { type: street, frames: 1 }
          b: { type: street, frames: 1 }
        sinks:
          c: { type: null, from: a.picture }
        """);

    [Fact]
    public async Task A_sound_pipeline_is_called_so()
    {
        var result = (await Cli.RunAsync("validate", SmallPipelines.Street(_folder.Path, 1))).Expect(ExitCode.Done);

        Assert.StartsWith("nothing wrong in 1 file", result.Out);
    }

    [Theory]
    [InlineData("street-tiny", (int)ExitCode.Done)]
    [InlineData("street-tony", (int)ExitCode.InputMissing)]
    public async Task A_model_that_came_with_the_program_is_named_without_its_folder(string name, int code)
    {
        var pipeline = SmallPipelines.Write(_folder.Path, "named.yaml", $$"""
            version: 1
            models:
              m: { path: {{name}} }
            sources:
              a: { type: street, frames: 1 }
            stages:
              small: { type: resize, from: a.picture, model: m }
              logits: { type: infer, from: small, model: m }
            sinks:
              c: { type: null, from: logits }
            """);

        Assert.Equal(code, (await Cli.RunAsync("validate", pipeline)).Code);
    }

    [Fact]
    public async Task All_mistakes_are_found_at_once_with_line_caret_and_suggestion()
    {
        var result = (await Cli.RunAsync("validate", ThreeMistakes)).Expect(ExitCode.Configuration);

        Assert.Contains("bad.yaml:3:14: error SP1013: unknown type `stret` of source `a`; did you mean `street`?", result.Out);
        Assert.Contains("    3 |   a: { type: stret }\n      |              ^^^^^", result.Out);
        Assert.Contains("bad.yaml:5:28: error SP1102", result.Out);
        Assert.Contains("bad.yaml:7:20: error SP1004", result.Out);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task Json_and_github_say_the_same()
    {
        var json = JsonDocument.Parse((await Cli.RunAsync("validate", ThreeMistakes, "--format", "json")).Expect(ExitCode.Configuration).Out).RootElement;
        var github = (await Cli.RunAsync("validate", ThreeMistakes, "--format", "github")).Expect(ExitCode.Configuration).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(github.Length, json.GetProperty("errors").GetInt32());
        Assert.All(github, line => Assert.StartsWith("::error file=", line));
    }

    [Theory]
    [InlineData("syntax", ExitCode.Done)]
    [InlineData("schema", ExitCode.Configuration)]
    public async Task Levels_check_no_further_than_asked(string level, ExitCode code) =>
        (await Cli.RunAsync("validate", ThreeMistakes, "--level", level)).Expect(code);

    [Fact]
    public async Task The_environment_is_looked_at_from_its_level_on()
    {
        var file = SmallPipelines.Write(_folder.Path, "p.yaml", """
            version: 1
            models: { m: { path: nowhere.onnx } }
            sources: { a: { type: street, frames: 1 } }
            stages: { b: { type: resize, from: a.picture, model: m } }
            sinks: { c: { type: null, from: b } }
            """);

        (await Cli.RunAsync("validate", file, "--level", "topology")).Expect(ExitCode.Done);
        (await Cli.RunAsync("validate", file)).Expect(ExitCode.InputMissing);
    }

    [Fact]
    public async Task The_probe_finds_what_only_opening_shows_and_where()
    {
        File.WriteAllText(_folder["broken.onnx"], "this is no model");
        var file = SmallPipelines.Write(_folder.Path, "p.yaml", $$"""
            version: 1
            models: { m: { path: {{_folder["broken.onnx"]}} } }
            sources: { a: { type: street, frames: 1 } }
            stages:
              small: { type: resize, from: a.picture, model: m }
            sinks: { c: { type: null, from: small } }
            """);

        (await Cli.RunAsync("validate", file)).Expect(ExitCode.Done);
        var result = (await Cli.RunAsync("validate", file, "--level", "probe")).Expect(ExitCode.InputUnusable);
        var run = (await Cli.RunAsync("run", file)).Fails(ExitCode.InputUnusable, "broken.onnx");

        Assert.Contains("p.yaml:5:3: error SP1301", result.Out);
        Assert.Contains("p: small: ", run.Error);
    }

    [Fact]
    public async Task The_probe_says_how_much_the_edges_can_hold() =>
        Assert.Matches(@"street\.yaml: edges and stages can hold \d+(\.\d+)? ?[KM]iB of frames", (await Cli.RunAsync("validate", SmallPipelines.Street(_folder.Path, 1), "--level", "probe", "--output-root", _folder.Path)).Expect(ExitCode.Done).Out);

    [Fact]
    public async Task Warnings_fail_only_where_they_are_denied()
    {
        Assert.Contains("warning SP2001", (await Cli.RunAsync("validate", Unused)).Expect(ExitCode.Done).Out);

        (await Cli.RunAsync("validate", Unused, "--deny-warnings")).Expect(ExitCode.Configuration);
    }

    [Fact]
    public async Task Findings_of_several_files_carry_their_names()
    {
        var result = (await Cli.RunAsync("validate", ThreeMistakes, Unused, _folder["nowhere.yaml"])).Expect(ExitCode.Configuration);

        Assert.Contains("bad.yaml:3:14", result.Out);
        Assert.Contains("unused.yaml:4:3", result.Out);
        Assert.Contains("nowhere.yaml:1:1", result.Out);
    }
}
