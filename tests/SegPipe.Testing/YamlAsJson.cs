using System.Globalization;
using System.Text.Json.Nodes;
using SegPipe.Configuration;

namespace SegPipe.Testing;

/// <summary>A pipeline's text as an editor sees it: YAML's core types as JSON.</summary>
public static class YamlAsJson
{
    /// <summary>The document, or null where it is empty.</summary>
    /// <exception cref="InvalidOperationException">The text is not YAML.</exception>
    public static JsonNode? Read(string yaml)
    {
        var findings = new Findings();
        var root = new YamlTreeReader(new("p.yaml", yaml), findings).Read();
        return findings.Reported == 0 ? Node(root!) : throw new InvalidOperationException(findings.Sorted()[0].ToString());
    }

    private static JsonNode? Node(ConfigNode node) => node switch
    {
        ConfigMap map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key, Node(e.Value)))),
        ConfigList list => new JsonArray([.. list.Items.Select(Node)]),
        ConfigScalar { IsNull: true } => null,
        ConfigScalar { IsPlain: true } scalar => Plain(scalar.Text),
        ConfigScalar scalar => JsonValue.Create(scalar.Text),
        _ => throw new InvalidOperationException($"Unknown node {node}."),
    };

    private static JsonValue Plain(string text) =>
        text is "true" or "false" ? JsonValue.Create(text == "true")
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : JsonValue.Create(text);
}
