using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Finds what <c>${input...}</c> means in a stream: the one file or folder that its sources read.</summary>
internal static class InputVariables
{
    /// <summary>The variables with <c>input.path</c>, <c>input.stem</c> and <c>input.dir</c>, or with the reason why they are missing.</summary>
    public static Interpolation For(ConfigMap root, ReadSettings settings, Interpolation variables)
    {
        if (settings.InputPath is { } given) return With(variables, given);
        var sources = (root.Find("sources")?.Value as ConfigMap)?.Entries.Select(e => Reading(e.Value, settings.Catalog)).ToArray() ?? [];
        var paths = sources.Select(s => s.Path).OfType<ConfigScalar>().ToArray();
        // A source that is wrong in itself may be the one that was meant.
        if (paths.Length == 0 && sources.Any(s => s.Wrong)) return With(variables, null);
        if (paths is not [var path])
            return variables.With(variables.Known, paths.Length == 0 ? "no source reads a file" : "several sources read files");
        // Findings about the path's own variables come again, and count once, when the source is bound.
        var resolved = variables.Resolve(path);
        return With(variables, resolved.Opaque ? null : resolved.Text);
    }

    /// <summary>The path that a source reads, null where it reads none; or that it should say so and does not.</summary>
    private static (ConfigScalar? Path, bool Wrong) Reading(ConfigNode source, ComponentCatalog catalog)
    {
        if (source is not ConfigMap map || map.Find("type")?.Value is not ConfigScalar type || catalog.Find(ComponentKind.Source, type.Text) is not { } descriptor) return (null, true);
        var option = OptionDescriptor.Of(descriptor.OptionsType).FirstOrDefault(o => o.Type == typeof(string) && o.Has<InputPathAttribute>());
        return option is null ? (null, false) : map.Find(option.Name)?.Value is ConfigScalar path ? (path, false) : (null, true);
    }

    private static Interpolation With(Interpolation variables, string? path)
    {
        var file = path is null ? null : Path.TrimEndingDirectorySeparator(path);
        return variables.With(
            new Dictionary<string, string?>(variables.Known)
            {
                ["input.path"] = path,
                ["input.stem"] = file is null ? null : Path.GetFileNameWithoutExtension(file),
                ["input.dir"] = file is null ? null : Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : ".",
            },
            noInput: null);
    }
}
