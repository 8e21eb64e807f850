using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Writes the JSON Schema (draft-07, which YAML editors read) of a pipeline's file.</summary>
/// <param name="catalog">The components that may be named.</param>
/// <param name="docs">What they and their options say of themselves.</param>
public sealed class SchemaWriter(ComponentCatalog catalog, ComponentDocs docs)
{
    private const string IdPattern = "^[a-z][a-z0-9_]*$";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Default) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly OptionSchema _options = new(docs);

    /// <summary>The schema as indented JSON, ending with a new line.</summary>
    public string Write() => Schema().ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";

    internal JsonObject Schema()
    {
        var definitions = new JsonObject
        {
            ["variable"] = new JsonObject { ["type"] = "string", ["pattern"] = @"\$\{[^}]+\}", ["description"] = "a variable, filled in before the value is read" },
            ["edge_policy"] = _options.EdgePolicy(),
            ["model"] = _options.Record(typeof(ModelOptions)),
        };
        foreach (var kind in Enum.GetValues<ComponentKind>())
        {
            definitions[kind.Word()] = AnyOf(kind);
            foreach (var component in catalog.All.Where(d => d.Kind == kind)) definitions[Key(component)] = Component(component);
        }
        return new()
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "SegPipe pipeline",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["patternProperties"] = new JsonObject { ["^x-"] = new JsonObject { ["description"] = "left alone; a place for anchors" } },
            ["required"] = new JsonArray("sources", "sinks"),
            ["properties"] = TopLevel(),
            ["definitions"] = definitions,
        };
    }

    private JsonObject TopLevel() => new()
    {
        ["version"] = new JsonObject { ["const"] = 1, ["description"] = "version of the file's format" },
        ["name"] = new JsonObject { ["type"] = new JsonArray("string", "number"), ["description"] = "name of the pipeline; by default that of the file" },
        ["models"] = Map("model", "models by id"),
        ["sources"] = Map("source", "where frames come from, by id"),
        ["stages"] = Map("stage", "what happens to frames, by id"),
        ["sinks"] = Map("sink", "where frames go, by id"),
        ["streams"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "makes the graph a template: one copy a stream, with its values as ${stream.key}",
            ["propertyNames"] = new JsonObject { ["pattern"] = IdPattern },
            ["additionalProperties"] = new JsonObject
            {
                ["type"] = new JsonArray("object", "null"),
                ["propertyNames"] = new JsonObject { ["pattern"] = IdPattern },
                ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
            },
        },
        ["http"] = _options.Record(typeof(HttpOptions)),
        ["limits"] = _options.Record(typeof(LimitsOptions)),
        ["log"] = _options.Record(typeof(LogOptions)),
    };

    private static JsonObject Map(string definition, string description) => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["description"] = description,
        ["propertyNames"] = new JsonObject { ["pattern"] = IdPattern },
        ["additionalProperties"] = OptionSchema.Definition(definition),
    };

    /// <summary>One component: its type chooses the rest.</summary>
    private JsonObject AnyOf(ComponentKind kind)
    {
        var components = catalog.All.Where(d => d.Kind == kind).ToArray();
        return new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type"),
            ["properties"] = new JsonObject { ["type"] = new JsonObject { ["enum"] = new JsonArray([.. components.SelectMany(Words)]), ["description"] = $"type of {kind.Word()}" } },
            ["allOf"] = new JsonArray(
            [
                .. components.Select(c => new JsonObject
                {
                    ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["enum"] = new JsonArray([.. Words(c)]) } } },
                    ["then"] = OptionSchema.Definition(Key(c)),
                }),
            ]),
        };
    }

    private JsonObject Component(ComponentDescriptor component)
    {
        var schema = _options.Record(component.OptionsType);
        var summary = docs.Summary(component.ComponentType);
        if (summary.Length > 0) schema["description"] = summary;
        ((JsonObject)schema["properties"]!).Insert(0, "type", new JsonObject { ["enum"] = new JsonArray([.. Words(component)]) });
        return schema;
    }

    /// <summary>The type's word; editors read the bare word null as nothing, which means the same here.</summary>
    private static JsonNode?[] Words(ComponentDescriptor component) => component.Name == "null" ? ["null", null] : [component.Name];

    private static string Key(ComponentDescriptor component) => $"{component.Kind.Word()}_{component.Name}";
}
