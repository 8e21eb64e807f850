using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Pictures;

namespace SegPipe.Host.Cluster;

/// <summary>The files that a pipeline reads besides its video: models and palettes.</summary>
internal static class PipelineFiles
{
    /// <summary>Each file, as the pipeline names it, with the key of <c>--set</c> that would name another one; names of what came with the program are none.</summary>
    public static IEnumerable<(string Key, string Path)> Of(PipelineDefinition definition)
    {
        var models = definition.Models.Select(m => (Key: $"models.{m.Key}.path", m.Value.Path));
        var palettes = from component in definition.Streams[0].Components
                       from option in OptionDescriptor.Of(component.Options.GetType())
                       where option.Has<PaletteNameAttribute>()
                       let path = option.ValueIn(component.Options) as string
                       where path is not null && Palette.IsPath(path)
                       select (Key: $"{component.Descriptor.Kind.ToString().ToLowerInvariant()}s.{component.Id}.{option.Name}", Path: path);
        return models.Concat(palettes).Where(f => !CameWithUs(f.Path));
    }

    private static bool CameWithUs(string path) => Path.IsPathRooted(path) && OutputRoot.Contains(Home.Asset(), path);
}
