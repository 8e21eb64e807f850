using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SegPipe.Testing;

/// <summary>Checks JSON against the keywords of draft-07 that our schema uses; any other keyword throws, so that nothing is passed unseen.</summary>
public sealed class JsonSchemaSubset(JsonObject root)
{
    private static readonly HashSet<string> Silent = ["$schema", "title", "description", "default", "definitions", "then"];

    /// <summary>What does not fit, each with its path; empty where all is well.</summary>
    public IReadOnlyList<string> Errors(JsonNode? value)
    {
        var errors = new List<string>();
        Check(root, value, "$", errors);
        return errors;
    }

    private bool Fits(JsonNode? schema, JsonNode? value)
    {
        var errors = new List<string>();
        Check((JsonObject)schema!, value, "", errors);
        return errors.Count == 0;
    }

    private void Check(JsonObject schema, JsonNode? value, string path, List<string> errors)
    {
        foreach (var (keyword, rule) in schema)
        {
            if (Silent.Contains(keyword)) continue;
            var fits = keyword switch
            {
                "$ref" => Follow(rule!.GetValue<string>(), value, path, errors),
                "type" => (rule is JsonArray types ? types.Select(t => t!.GetValue<string>()) : [rule!.GetValue<string>()]).Any(t => IsOf(t, value)),
                "enum" => ((JsonArray)rule!).Any(w => JsonNode.DeepEquals(w, value)),
                "const" => JsonNode.DeepEquals(rule, value),
                "pattern" => value is not JsonValue text || !text.TryGetValue<string>(out var s) || Regex.IsMatch(s, rule!.GetValue<string>()),
                "minimum" => !Number(value, out var n) || n >= rule!.GetValue<double>(),
                "maximum" => !Number(value, out var m) || m <= rule!.GetValue<double>(),
                "minItems" => value is not JsonArray list || list.Count >= rule!.GetValue<int>(),
                "required" => value is not JsonObject map || ((JsonArray)rule!).All(k => map.ContainsKey(k!.GetValue<string>())),
                "anyOf" => ((JsonArray)rule!).Any(s => Fits(s, value)),
                "allOf" => All((JsonArray)rule!, value, path, errors),
                "if" => !Fits(rule, value) || Then(schema, value, path, errors),
                "items" => value is not JsonArray items || items.All(i => Fits(rule, i)),
                "propertyNames" => value is not JsonObject named || named.All(p => Fits(rule, p.Key)),
                "properties" or "patternProperties" or "additionalProperties" => Properties(keyword, schema, rule!, value, path, errors),
                _ => throw new NotSupportedException($"The keyword '{keyword}' is not known here."),
            };
            if (!fits) errors.Add($"{path}: {keyword} {rule?.ToJsonString()}, but {value?.ToJsonString() ?? "null"}");
        }
    }

    private bool Follow(string reference, JsonNode? value, string path, List<string> errors)
    {
        JsonNode? target = root;
        foreach (var step in reference.Split('/').Skip(1)) target = target![step];
        Check((JsonObject)(target ?? throw new InvalidOperationException($"{reference} leads nowhere.")), value, path, errors);
        return true;
    }

    private bool All(JsonArray rules, JsonNode? value, string path, List<string> errors)
    {
        foreach (var rule in rules) Check((JsonObject)rule!, value, path, errors);
        return true;
    }

    private bool Then(JsonObject schema, JsonNode? value, string path, List<string> errors)
    {
        Check((JsonObject)schema["then"]!, value, path, errors);
        return true;
    }

    private bool Properties(string keyword, JsonObject schema, JsonNode rule, JsonNode? value, string path, List<string> errors)
    {
        if (value is not JsonObject map) return true;
        var fits = true;
        foreach (var (key, item) in map)
        {
            var named = schema["properties"] is JsonObject properties && properties.ContainsKey(key);
            var matched = schema["patternProperties"] is JsonObject patterns && patterns.Any(p => Regex.IsMatch(key, p.Key));
            if (keyword == "properties" && named) Check((JsonObject)rule[key]!, item, $"{path}.{key}", errors);
            if (keyword != "additionalProperties" || named || matched) continue;
            if (rule is JsonObject rest) Check(rest, item, $"{path}.{key}", errors);
            else fits &= rule.GetValue<bool>();
        }
        return fits;
    }

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "boolean" => value is JsonValue b && b.TryGetValue<bool>(out _),
        "string" => value is JsonValue s && s.TryGetValue<string>(out _),
        "number" => Number(value, out _),
        "integer" => Number(value, out var n) && n == Math.Floor(n),
        _ => throw new NotSupportedException($"The type '{type}' is not known here."),
    };

    private static bool Number(JsonNode? value, out double number)
    {
        number = 0;
        return value is JsonValue v && v.GetValueKind() == System.Text.Json.JsonValueKind.Number && double.TryParse(v.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out number);
    }
}
