using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Parity;

/// <summary>One folder of reference outputs.</summary>
internal sealed class Goldens
{
    private readonly string _folder;

    private Goldens(string folder)
    {
        _folder = folder;
        Manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json"))).RootElement;
    }

    /// <summary>What the folder says of itself.</summary>
    public JsonElement Manifest { get; }

    /// <summary>The folder of a name; the test is skipped where there is none.</summary>
    public static Goldens Require(string name)
    {
        var folder = SharedFolder.Find("goldens/" + name);
        Skip.If(folder is null, "../shared is absent");
        return new(folder!);
    }

    /// <summary>Full path of a file in it.</summary>
    public string this[string file] => Path.Combine(_folder, file);

    /// <summary>Those of the names that are there.</summary>
    public IEnumerable<string> There(params IEnumerable<string> names) => names.Where(name => Path.Exists(this[name]));
}

/// <summary>Shorthands for reading manifests.</summary>
internal static class ManifestFields
{
    /// <summary>A text that must be there.</summary>
    public static string Text(this JsonElement entry, string key) => entry.GetProperty(key).GetString()!;

    /// <summary>A number, or null.</summary>
    public static double? Number(this JsonElement entry, string key) => entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>A text, or null.</summary>
    public static string? TextOrNull(this JsonElement entry, string key) => entry.TryGetProperty(key, out var value) ? value.GetString() : null;
}
