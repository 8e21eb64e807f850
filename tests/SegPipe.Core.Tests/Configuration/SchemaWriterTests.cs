using System.Text.Json.Nodes;
using SegPipe.Configuration;
using SegPipe.Testing;

namespace SegPipe.Tests.Configuration;

public sealed class SchemaWriterTests
{
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(new SchemaWriter(TestComponents.Catalog, ComponentDocs.Of(TestComponents.Catalog)).Write())!;

    [Theory]
    [InlineData(PipelineReaderTests.Whole)]
    [InlineData("x-a: &a [1]\nsources: { c: { type: rtsp, url: 5, reconnect: { delay_ms: \"${MS}\", codecs: [a, b] } } }\nsinks: { o: { type: null, from: c, edge: wait }, p: { type: \"null\", from: [c], edge: { c: { max_age_ms: 5 } } } }\n")]
    [InlineData("sources: { s: { type: street, fps: 30000/1001, cache: 2GiB } }\nstages:\nsinks: { o: { type: null, from: s.labels, on_error: drop_frame } }\nstreams: { a: { n: 1 }, b: }\n")]
    public void What_the_reader_accepts_the_schema_accepts(string yaml)
    {
        Assert.True(TestComponents.Read(yaml, environment: ("MS", "5")).Succeeded);
        Assert.Empty(new JsonSchemaSubset(Schema).Errors(YamlAsJson.Read(yaml)));
    }

    [Theory]
    [InlineData("source: {}", "additionalProperties")]
    [InlineData("sources: { s: { type: streets } }", "enum")]
    [InlineData("sources: { s: { type: street, fpss: 1 } }", "additionalProperties")]
    [InlineData("sources: { S: { type: street } }", "propertyNames")]
    [InlineData("sources: { s: { fps: 1 } }", "required")]
    [InlineData("stages: { d: { type: decode } }", "required")]
    [InlineData("stages: { d: { type: decode, from: f, threads: 0 } }", "anyOf")]
    [InlineData("stages: { d: { type: decode, from: f, threads: 1.5 } }", "anyOf")]
    [InlineData("stages: { d: { type: decode, from: F } }", "anyOf")]
    [InlineData("stages: { d: { type: decode, from: [] } }", "anyOf")]
    [InlineData("stages: { d: { type: decode, from: f, edge: sometimes } }", "anyOf")]
    [InlineData("limits: { sandbox: on }", "anyOf")]
    [InlineData("version: 2", "const")]
    public void What_the_reader_refuses_the_schema_refuses(string line, string keyword)
    {
        var yaml = line + "\n" + string.Join('\n', new[] { "sources: { x: { type: street } }", "sinks: { o: { type: null, from: x.picture } }" }.Where(l => l[..6] != line[..6])) + "\n";

        Assert.False(TestComponents.Read(yaml).Succeeded);
        Assert.Contains(new JsonSchemaSubset(Schema).Errors(YamlAsJson.Read(yaml)), e => e.Contains($": {keyword} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Descriptions_ranges_and_defaults_are_in_it()
    {
        var workers = Schema["definitions"]!["stage_decode"]!["properties"]!["workers"]!;

        Assert.Equal(1, workers["default"]!.GetValue<int>());
        Assert.Equal((1, 64), (workers["anyOf"]![0]!["minimum"]!.GetValue<int>(), workers["anyOf"]![0]!["maximum"]!.GetValue<int>()));
        Assert.StartsWith("Copies of the stage", workers["description"]!.GetValue<string>());
        Assert.Equal("25", Schema["definitions"]!["source_street"]!["properties"]!["fps"]!["default"]!.ToJsonString());
    }
}
