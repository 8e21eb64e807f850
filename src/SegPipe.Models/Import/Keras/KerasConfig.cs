using System.Text.Json;

namespace SegPipe.Models.Import.Keras;

/// <summary>Hands out the arguments of a layer and says which one is wrong.</summary>
internal sealed class KerasConfig(JsonElement json, Func<string, SegPipeException> fault)
{
    private const int Largest = 1 << 20;

    /// <summary>A text, or the stand-in where it is absent.</summary>
    public string Text(string key, string absent) => Find(key) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        // Keras 3 may write a function as an object that names it.
        { ValueKind: JsonValueKind.Object } function when Named(function) is { } name => name,
        _ => throw fault($"{key} is not a text"),
    };

    /// <summary>Yes or no, or the stand-in where it is absent.</summary>
    public bool Flag(string key, bool absent) => Find(key) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw fault($"{key} is neither true nor false"),
    };

    /// <summary>A finite number, or the stand-in where it is absent.</summary>
    public float Number(string key, float absent) => Find(key) is { } value ? Number(key, value) : absent;

    /// <summary>One number or one a channel, or the stand-in where it is absent.</summary>
    public float[] Numbers(string key, float absent) => Find(key) switch
    {
        null => [absent],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => Number(key, item))],
        { } single => [Number(key, single)],
    };

    /// <summary>A whole number, alone or as the only item of a list, or the stand-in where it is absent.</summary>
    public int Whole(string key, int absent) => Find(key) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 => Whole(key, list[0]),
        { } single => Whole(key, single),
    };

    /// <summary>Rows and columns: two whole numbers, or one for both, of at least <paramref name="min"/>.</summary>
    public (int Rows, int Columns) Pair(string key, int absent, int min = 1)
    {
        var (rows, columns) = Find(key) switch
        {
            null => (absent, absent),
            { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 2 => (Whole(key, list[0]), Whole(key, list[1])),
            { ValueKind: JsonValueKind.Number } single => (Whole(key, single), Whole(key, single)),
            _ => throw fault($"{key} is not one or two whole numbers"),
        };
        return rows >= min && columns >= min ? (rows, columns) : throw fault($"{key} is {rows}, {columns}");
    }

    /// <summary>The items of a list, or null where it is absent.</summary>
    public JsonElement[]? List(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        _ => throw fault($"{key} is not a list"),
    };

    /// <summary>A whole number from −1 to 2^20.</summary>
    public int Whole(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is >= -1 and <= Largest ? number : throw fault($"{key} is not a usable whole number");

    private float Number(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) ? number : throw fault($"{key} is not a finite number");

    private JsonElement? Find(string key) => json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Named(JsonElement function) =>
        function.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.String ? config.GetString()
        : function.TryGetProperty("class_name", out var kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString()
        : null;
}
