using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>The paths that a pipeline writes: where they lead, and whether they meet.</summary>
internal static class OutputPaths
{
    /// <summary>A component's paths with an attribute, as written.</summary>
    public static IEnumerable<(string Option, string Path)> Of<T>(DraftComponent component)
        where T : Attribute =>
        component.Options is null
            ? []
            : from option in OptionDescriptor.Of(component.Options.GetType())
              where option.Type == typeof(string) && option.Has<T>()
              let path = option.ValueIn(component.Options) as string
              where !string.IsNullOrEmpty(path) && !path.Contains("${", StringComparison.Ordinal) && !path.Contains('\0', StringComparison.Ordinal)
              select (option.Name, path);

    /// <summary>Refuses two outputs with one path, and outputs that would overwrite an input.</summary>
    public static void CheckCollisions(PipelineDraft draft, ReadSettings settings, Findings findings)
    {
        var components = draft.Streams.SelectMany(s => s.Components.Select(c => (Stream: s, Component: c))).ToArray();
        var inputs = components.SelectMany(c => Of<InputPathAttribute>(c.Component).Select(p => (Full: Path.GetFullPath(p.Path, settings.WorkingFolder), c.Component))).ToArray();
        var written = new Dictionary<string, (DraftStream Stream, DraftComponent Component)>();
        foreach (var (stream, component) in components)
        {
            foreach (var (option, path) in Of<OutputPathAttribute>(component))
            {
                var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, settings.FullOutputRoot));
                if (inputs.FirstOrDefault(i => i.Full == full).Component is { } input)
                    findings.Error(ProblemCode.SamePath, component.At(option), $"{component.What} would overwrite `{path}`, which {input.What} reads");
                if (written.TryAdd(full, (stream, component))) continue;
                var first = written[full];
                if (first.Component.Id == component.Id) findings.Error(ProblemCode.SamePath, component.At(option), $"{component.What} writes `{path}` in several streams", "put `${stream.id}` into the path");
                else findings.Error(ProblemCode.SamePath, component.At(option), $"{component.What} and {first.Component.What} both write `{path}`");
            }
        }
    }
}
