using System.Globalization;
using System.Text.Json.Nodes;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>The JSON Schema of option records.</summary>
internal sealed class OptionSchema(ComponentDocs docs)
{
    private const string ReferencePattern = @"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$";

    public static JsonObject Definition(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    /// <summary>A map of a record's options and nothing else.</summary>
    public JsonObject Record(Type type)
    {
        var options = OptionDescriptor.Of(type);
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        var summary = docs.Summary(type);
        if (summary.Length > 0) schema["description"] = summary;
        if (options.Any(o => o.Required)) schema["required"] = new JsonArray([.. options.Where(o => o.Required).Select(o => (JsonNode)o.Name)]);
        schema["properties"] = new JsonObject(options.Select(o => KeyValuePair.Create<string, JsonNode?>(o.Name, Option(o))));
        return schema;
    }

    /// <summary>A policy: one word, or a map.</summary>
    public JsonObject EdgePolicy() => new() { ["anyOf"] = new JsonArray(Words(typeof(WhenFull)), Record(typeof(EdgeOptions))) };

    private JsonObject Option(OptionDescriptor option)
    {
        var choices = Choices(option).ToList();
        if (option.Nullable) choices.Add(new() { ["type"] = "null" });
        var schema = choices.Count == 1 ? choices[0] : new() { ["anyOf"] = new JsonArray([.. choices]) };
        if (docs.Summary(option) is { Length: > 0 } summary) schema["description"] = summary;
        if (option is { Required: false, Default: { } value } && Default(value) is { } written) schema["default"] = written;
        return schema;
    }

    private IEnumerable<JsonObject> Choices(OptionDescriptor option)
    {
        if (option.Type == typeof(EdgeOptionsSet))
        {
            yield return Definition("edge_policy");
            yield return new() { ["type"] = "object", ["propertyNames"] = new JsonObject { ["pattern"] = ReferencePattern }, ["additionalProperties"] = Definition("edge_policy") };
        }
        else if (option.Type.IsArray)
        {
            var item = option.Type.GetElementType()!;
            foreach (var single in Single(item, option)) yield return single;
            yield return new() { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["anyOf"] = new JsonArray([.. Single(item, option)]) } };
        }
        else
        {
            foreach (var single in Single(option.Type, option)) yield return single;
        }
    }

    private IEnumerable<JsonObject> Single(Type type, OptionDescriptor option)
    {
        if (OptionBinder.IsRecord(type)) return [Record(type)];
        if (OptionBinder.MapElement(type) is { } element) return [new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["anyOf"] = new JsonArray([.. Single(element, option)]) } }];
        if (type == typeof(string)) return [new() { ["type"] = new JsonArray("string", "number", "boolean") }];
        if (type == typeof(InputReference)) return [new() { ["type"] = "string", ["pattern"] = ReferencePattern }, Definition("variable")];
        return [Plain(type, option), Definition("variable")];
    }

    private JsonObject Plain(Type type, OptionDescriptor option)
    {
        if (option.Has<ByteSizeAttribute>()) return new() { ["type"] = new JsonArray("integer", "string"), ["pattern"] = @"^[0-9.]+ *([KMGT]i?B|B)?$", ["minimum"] = 1 };
        if (type == typeof(bool)) return new() { ["type"] = "boolean" };
        if (type.IsEnum) return Words(type);
        if (type == typeof(Rational)) return new() { ["type"] = new JsonArray("number", "string"), ["pattern"] = "^[0-9]+/[0-9]+$" };
        var number = new JsonObject { ["type"] = type == typeof(int) || type == typeof(long) ? "integer" : "number" };
        if (option.Range is not { } range) return number;
        number["minimum"] = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        number["maximum"] = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        return number;
    }

    private JsonObject Words(Type type)
    {
        var names = Enum.GetNames(type);
        var meanings = names.Select(n => docs.Word(type, n) is { Length: > 0 } meaning ? $"{SnakeCase.Of(n)}: {meaning}" : null).OfType<string>().ToArray();
        var schema = new JsonObject { ["enum"] = new JsonArray([.. names.Select(n => (JsonNode)SnakeCase.Of(n))]) };
        if (meanings.Length > 0) schema["description"] = string.Join("\n", meanings);
        return schema;
    }

    private static JsonNode? Default(object value) => value switch
    {
        bool truth => JsonValue.Create(truth),
        int whole => JsonValue.Create(whole),
        long whole => JsonValue.Create(whole),
        double number => JsonValue.Create(number),
        float number => JsonValue.Create(number),
        Rational { Den: 1 } fraction => JsonValue.Create(fraction.Num),
        string or Enum or Rational => JsonValue.Create(OptionText.Value(value)),
        _ => null,
    };
}
