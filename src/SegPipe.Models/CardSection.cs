using System.Text.Json;

namespace SegPipe.Models;

/// <summary>One mapping of a card: hands out its values, notes what is wrong with them and what nobody asked for.</summary>
internal sealed class CardSection(JsonElement json, string path, List<string> problems)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Where the mapping stands, for example <c>classes[3]</c>; empty for the card itself.</summary>
    public string Path => path;

    /// <summary>The value of a key, or null where it is absent or null.</summary>
    public JsonElement? Take(string key)
    {
        _taken.Add(key);
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A text that must be there; empty after a complaint.</summary>
    public string Text(string key)
    {
        if (OptionalText(key) is { Length: > 0 } text) return text;
        if (Take(key) is null or { ValueKind: JsonValueKind.String }) problems.Add($"{Name(key)} is missing");
        return "";
    }

    /// <summary>A text, or null where it is absent or of another type.</summary>
    public string? OptionalText(string key)
    {
        if (Take(key) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        problems.Add($"{Name(key)} is not a text");
        return null;
    }

    /// <summary>A whole number in a range; the lower bound after a complaint.</summary>
    public int Int(string key, int min, int max)
    {
        if (Take(key) is not { } value) problems.Add($"{Name(key)} is missing");
        else if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number)) problems.Add($"{Name(key)} is not a whole number");
        else if (number < min || number > max) problems.Add($"{Name(key)} is {number}, outside {min}–{max}");
        else return number;
        return min;
    }

    /// <summary>One of the words given; the first after a complaint.</summary>
    public T Choice<T>(string key, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var text = OptionalText(key);
        var words = new List<string>();
        foreach (var (word, value) in choices)
        {
            if (word == text) return value;
            words.Add(word);
        }

        if (text is not null) problems.Add($"{Name(key)} is '{text}', not one of {string.Join(", ", words)}");
        else if (Take(key) is null) problems.Add($"{Name(key)} is missing (one of {string.Join(", ", words)})");
        return choices[0].Value;
    }

    /// <summary>Three finite numbers; the stand-in thrice where they are absent and may be.</summary>
    public IReadOnlyList<float> Triple(string key, bool required, float absent)
    {
        if (Take(key) is not { } value)
        {
            if (required) problems.Add($"{Name(key)} is missing");
            return [absent, absent, absent];
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && float.IsFinite(v.GetSingle())))
        {
            return [.. value.EnumerateArray().Select(v => v.GetSingle())];
        }

        problems.Add($"{Name(key)} is not a list of three numbers");
        return [absent, absent, absent];
    }

    /// <summary>A mapping that must be there; an empty one, whose keys are then all missing, after a complaint.</summary>
    public CardSection Section(string key)
    {
        var value = Take(key);
        if (value is { ValueKind: not JsonValueKind.Object }) problems.Add($"{Name(key)} is not a mapping");
        return new CardSection(value ?? default, Name(key), problems);
    }

    /// <summary>The mappings of a list that must be there; none after a complaint.</summary>
    public IEnumerable<CardSection> Sections(string key)
    {
        if (Take(key) is { ValueKind: JsonValueKind.Array } list)
        {
            return list.EnumerateArray().Select((item, i) => new CardSection(item, $"{Name(key)}[{i}]", problems));
        }

        problems.Add($"{Name(key)} is not a list");
        return [];
    }

    /// <summary>Complains about keys that nobody took.</summary>
    public void RefuseUnknown()
    {
        if (json.ValueKind != JsonValueKind.Object) return;
        foreach (var property in json.EnumerateObject())
        {
            if (!_taken.Contains(property.Name)) problems.Add($"{Name(property.Name)} is not a key of a card");
        }
    }

    private string Name(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
