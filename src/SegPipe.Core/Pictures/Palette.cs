using System.Globalization;
using System.Text.Json;
using SegPipe.Frames;

namespace SegPipe.Pictures;

/// <summary>Names and colours of classes, from <c>assets/palettes/NAME.json</c> or a file of the same form.</summary>
public sealed class Palette
{
    private Palette(string name, ClassTable classes)
    {
        Name = name;
        Classes = classes;
        Rgb = [.. classes.Entries.Select(entry => TryParse(entry.Color, out var rgb) ? rgb : default)];
    }

    /// <summary>Name of the palette.</summary>
    public string Name { get; }

    /// <summary>Its classes; ids are the places in the list.</summary>
    public ClassTable Classes { get; }

    /// <summary>Red, green and blue of each class, 0–255.</summary>
    public IReadOnlyList<(byte R, byte G, byte B)> Rgb { get; }

    /// <summary>The palette that a class table's own colours make.</summary>
    /// <exception cref="SegPipeException">78 if a colour is not <c>#rrggbb</c>.</exception>
    public static Palette Of(string name, ClassTable classes)
    {
        foreach (var entry in classes.Entries)
        {
            if (!TryParse(entry.Color, out _)) throw Invalid(name, $"class {entry.Id} has the colour '{entry.Color}', not '#rrggbb'", null);
        }

        return new Palette(name, classes);
    }

    /// <summary>Loads a palette by the name of one of those that came with the program, or by the path of a JSON file.</summary>
    /// <exception cref="SegPipeException">66 if there is none of that name or path, 78 if the file is not a palette.</exception>
    public static Palette Load(string nameOrPath)
    {
        var path = FileOf(nameOrPath);
        if (!File.Exists(path))
        {
            throw new SegPipeException(ExitCode.InputMissing, IsPath(nameOrPath) ? $"The palette {path} does not exist." : $"There is no palette '{nameOrPath}'.",
                $"Known palettes: {string.Join(", ", Names())}; a path to a JSON file is possible too.");
        }

        try
        {
            return Read(path, JsonElement.Parse(File.ReadAllText(path)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Invalid(path, "it is not of the form { \"name\": …, \"classes\": [{ \"id\", \"name\", \"color\" }, …] }", e);
        }
    }

    /// <summary>Whether this is the path of a file and not a name.</summary>
    public static bool IsPath(string nameOrPath) => nameOrPath.Contains('/', StringComparison.Ordinal) || nameOrPath.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>The file that <see cref="Load"/> reads, which need not be there.</summary>
    public static string FileOf(string nameOrPath) => IsPath(nameOrPath) ? nameOrPath : Home.Asset("palettes", nameOrPath + ".json");

    /// <summary>Names of the palettes that came with the program.</summary>
    public static IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFiles(Home.Asset("palettes"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>Reads <c>#rrggbb</c>.</summary>
    public static bool TryParse(string color, out (byte R, byte G, byte B) rgb)
    {
        rgb = default;
        if (color.Length != 7 || color[0] != '#' || !uint.TryParse(color.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
        rgb = ((byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return true;
    }

    /// <summary>A colour for a class that has none: PASCAL VOC's rule, which deals the id's bits to the colours' high bits.</summary>
    /// <param name="id">The class, 0–255.</param>
    public static string DefaultColor(int id)
    {
        int r = 0, g = 0, b = 0;
        for (var bit = 7; bit >= 0; bit--, id >>= 3)
        {
            r |= (id & 1) << bit;
            g |= (id >> 1 & 1) << bit;
            b |= (id >> 2 & 1) << bit;
        }

        return $"#{r:x2}{g:x2}{b:x2}";
    }

    private static Palette Read(string path, JsonElement json)
    {
        var entries = json.GetProperty("classes").EnumerateArray()
            .Select(item => new ClassEntry(item.GetProperty("id").GetInt32(), item.GetProperty("name").GetString() ?? "", item.GetProperty("color").GetString() ?? ""))
            .ToArray();
        if (entries.Length is 0 or > 255) throw Invalid(path, $"it has {entries.Length} classes; 1 to 255 are possible", null);
        if (entries.Where((entry, place) => entry.Id != place).Any()) throw Invalid(path, "its ids do not count from 0 without gaps", null);
        return Of(json.GetProperty("name").GetString() ?? path, new ClassTable(entries));
    }

    private static SegPipeException Invalid(string name, string why, Exception? inner) =>
        new(ExitCode.Configuration, $"The palette {name} cannot be used: {why}.", "Compare it with assets/palettes/cityscapes.json.", inner);
}
