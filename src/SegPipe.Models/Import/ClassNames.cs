using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Models.Import;

/// <summary>Class tables as people have them.</summary>
internal static class ClassNames
{
    /// <summary>A palette by name or JSON file, or a text file with a name a line, whose colours follow PASCAL VOC's rule.</summary>
    /// <exception cref="SegPipeException">66 if there is nothing of that name, 78 if it is no class table.</exception>
    public static ClassTable Load(string nameOrFile)
    {
        if (!File.Exists(nameOrFile) || nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return Palette.Load(nameOrFile).Classes;
        string[] names = [.. File.ReadLines(nameOrFile).Take(256).Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (names.Length is 0 or > 255) throw Wrong(nameOrFile, $"it has {(names.Length == 0 ? "no" : "more than 255")} lines");
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? new([.. names.Select((name, id) => new ClassEntry(id, name, Palette.DefaultColor(id)))])
            : throw Wrong(nameOrFile, $"'{names.GroupBy(name => name, StringComparer.Ordinal).First(group => group.Count() > 1).Key}' is there twice");
    }

    private static SegPipeException Wrong(string path, string why) => new(ExitCode.Configuration, $"The class names in {path} cannot be used: {why}.", "Write one name a line, in the order of the network's classes.");
}
