using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class CatalogCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task List_names_every_component_with_what_it_does()
    {
        var lines = (await Cli.RunAsync("list")).Expect(ExitCode.Done).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];

        Assert.Equal(BuildComponents.Catalog.All.Count, lines.Length);
        Assert.All(BuildComponents.Catalog.All, c => Assert.NotEmpty(BuildComponents.Docs.Summary(c.ComponentType)));
    }

    [Theory]
    [InlineData("sources", "street", "vim_upsample")]
    [InlineData("stages", "vim_upsample", "mask_png")]
    [InlineData("sinks", "mask_png", "street")]
    [InlineData("models", "street-tiny", "mask_png")]
    public async Task List_can_be_asked_for_one_kind(string kind, string there, string notThere)
    {
        var output = (await Cli.RunAsync("list", kind)).Expect(ExitCode.Done).Out;

        Assert.Contains(there, output);
        Assert.DoesNotContain(notThere, output);
    }

    [Fact]
    public async Task List_of_something_else_is_a_usage_error() =>
        (await Cli.RunAsync("list", "stagse")).Fails(ExitCode.Usage, "did you mean `stages`?");

    [Fact]
    public async Task Describe_shows_every_option_of_every_component()
    {
        foreach (var component in BuildComponents.Catalog.All)
        {
            var page = (await Cli.RunAsync("describe", $"{component.Kind.ToString().ToLowerInvariant()}/{component.Name}")).Expect(ExitCode.Done).Out;

            Assert.All(Configuration.OptionDescriptor.Of(component.OptionsType), option => Assert.Contains($"  {option.Name}: ", page));
            Assert.Contains($"type: {component.Name}", page);
        }
    }

    [Fact]
    public async Task Describe_states_ranges_defaults_and_words()
    {
        var page = (await Cli.RunAsync("describe", "vim_upsample")).Expect(ExitCode.Done).Out;

        Assert.Contains("mode: `exact`, `paper`, by default exact", page);
        Assert.Contains("width: whole number, 1–16384", page);
        Assert.Contains("from: id, or `id.output`, or a list, required", page);
    }

    [Fact]
    public async Task Describe_of_an_unknown_type_suggests_one() =>
        (await Cli.RunAsync("describe", "vim_upsampel")).Fails(ExitCode.Usage, "did you mean `vim_upsample`?");

    [Fact]
    public async Task The_schema_is_draft_07_and_knows_every_type()
    {
        var output = (await Cli.RunAsync("schema")).Expect(ExitCode.Done).Out;

        Assert.Equal("http://json-schema.org/draft-07/schema#", JsonDocument.Parse(output).RootElement.GetProperty("$schema").GetString());
        Assert.All(BuildComponents.Catalog.All, c => Assert.Contains($"\"{c.Name}\"", output));
    }

    [Fact]
    public async Task Models_are_listed_and_inspected()
    {
        Assert.Contains("street-tiny", (await Cli.RunAsync("models", "list")).Expect(ExitCode.Done).Out);
        var byName = (await Cli.RunAsync("models", "inspect", "street-tiny")).Expect(ExitCode.Done).Out;
        var byPath = (await Cli.RunAsync("models", "inspect", Cli.InRepository("assets/street-tiny.onnx"))).Expect(ExitCode.Done).Out;

        Assert.Equal(byName, byPath);
        Assert.Contains("image: 1024x512 rgb float32 nchw, stretch", byName);
        Assert.Contains("half_pixel", byName);
        Assert.Contains("traffic light", byName);
    }

    [Fact]
    public async Task A_model_that_is_none_is_refused()
    {
        File.WriteAllText(_folder["text.onnx"], "no model");

        (await Cli.RunAsync("models", "inspect", "street-tyni")).Fails(ExitCode.InputMissing, "street-tiny");
        (await Cli.RunAsync("models", "inspect", _folder["text.onnx"])).Fails(ExitCode.InputUnusable, "text.onnx");
    }

    [Fact]
    public async Task A_graph_shows_kind_policy_and_capacity_of_each_edge()
    {
        var file = SmallPipelines.Street(_folder.Path, 1);

        var mermaid = (await Cli.RunAsync("graph", file)).Expect(ExitCode.Done).Out;
        var dot = (await Cli.RunAsync("graph", file, "--format", "dot", "--set", "sinks.gone.edge.when_full=latest")).Expect(ExitCode.Done).Out;

        Assert.StartsWith("flowchart LR\n", mermaid);
        Assert.Contains("scene -->|\"labels: labels<br/>2 wait\"| sums", mermaid);
        Assert.Contains("\"scene\" -> \"gone\" [label=\"picture: picture\\n1 latest\"];", dot);
    }

    [Fact]
    public async Task The_graph_of_streams_has_one_part_a_stream()
    {
        var file = SmallPipelines.Write(_folder.Path, "p.yaml", """
            version: 1
            streams: { front: { seed: "1" }, rear: { seed: "2" } }
            sources: { scene: { type: street, frames: 1, seed: "${stream.seed}" } }
            sinks: { gone: { type: null, from: scene.picture } }
            """);

        var mermaid = (await Cli.RunAsync("graph", file)).Expect(ExitCode.Done).Out;

        Assert.Contains("subgraph front", mermaid);
        Assert.Contains("rear_scene -->", mermaid);
    }

    [Fact]
    public async Task The_graph_of_an_invalid_pipeline_is_its_findings() =>
        (await Cli.RunAsync("graph", SmallPipelines.Write(_folder.Path, "bad.yaml", "version: 1\nsources: { a: { type: stret } }\nsinks: { b: { type: null, from: a } }")))
            .Fails(ExitCode.Configuration, "bad.yaml:2:23: error SP1013");
}
