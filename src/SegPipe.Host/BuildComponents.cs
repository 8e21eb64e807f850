using SegPipe.Components;

namespace SegPipe.Host;

/// <summary>The components of this build: the one place that names the assemblies.</summary>
internal static class BuildComponents
{
    private static readonly string[] Assemblies = ["SegPipe.Sources", "SegPipe.Stages", "SegPipe.Sinks"];

    /// <summary>The catalogue.</summary>
    public static ComponentCatalog Catalog { get; } = ComponentCatalog.Scan(Assemblies.Select(System.Reflection.Assembly.Load));
}
