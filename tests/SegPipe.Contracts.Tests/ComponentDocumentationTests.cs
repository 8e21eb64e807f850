using System.Text.Json.Nodes;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests;

/// <summary>What every component owes to the person who reads <c>describe</c>.</summary>
public sealed class ComponentDocumentationTests
{
    private static readonly Lazy<JsonObject> Schema = new(() => (JsonObject)JsonNode.Parse(new SchemaWriter(ShippedCatalog.Catalog, ShippedCatalog.Docs).Write())!);

    public static TheoryData<ComponentKind, string> Names => ShippedCatalog.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void The_example_is_read_without_a_finding_and_fits_the_schema(ComponentKind kind, string name)
    {
        var component = ShippedCatalog.Catalog.Find(kind, name)!;
        var example = ShippedCatalog.Docs.Example(component.ComponentType);
        Assert.True(example is not null, $"{component.ComponentType.Name} has no <example><code lang=\"yaml\">.");
        var yaml = $"{kind.Map()}:\n  example:\n{string.Concat(example.TrimEnd('\n').Split('\n').Select(l => $"    {l}\n"))}";
        var result = PipelineReader.Read(new("example.yaml", yaml), new() { Catalog = ShippedCatalog.Catalog, Level = ValidationLevel.Schema, InputPath = "drive.mp4", Environment = new Dictionary<string, string> { ["CAMERA_PASSWORD"] = "secret" } });

        Assert.Empty(result.Problems);
        var rest = kind == ComponentKind.Source ? "sinks: {}\n" : kind == ComponentKind.Sink ? "sources: {}\n" : "sources: {}\nsinks: {}\n";
        Assert.Empty(new JsonSchemaSubset(Schema.Value).Errors(YamlAsJson.Read(yaml + rest)));
        Assert.Equal(name, YamlAsJson.Read(yaml)![kind.Map()]!["example"]!["type"] is { } word ? word.GetValue<string>() : "null");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_component_every_option_and_every_word_is_described(ComponentKind kind, string name)
    {
        var component = ShippedCatalog.Catalog.Find(kind, name)!;

        Assert.NotEmpty(ShippedCatalog.Docs.Summary(component.ComponentType));
        foreach (var option in OptionDescriptor.Of(component.OptionsType))
        {
            Assert.True(ShippedCatalog.Docs.Summary(option).Length > 0, $"{component.OptionsType.Name}.{option.Property.Name} has no summary.");
            if (!option.Type.IsEnum) continue;
            Assert.All(Enum.GetNames(option.Type), n => Assert.NotEmpty(ShippedCatalog.Docs.Word(option.Type, n)));
        }
    }
}
