using System.Reflection;
using SegPipe.Components;
using SegPipe.Configuration;

namespace SegPipe.Host;

/// <summary>The components of this build: the one place that names the assemblies.</summary>
internal static class BuildComponents
{
    private static readonly Assembly[] Assemblies = [.. ((string[])["SegPipe.Sources", "SegPipe.Stages", "SegPipe.Sinks"]).Select(Assembly.Load)];

    /// <summary>The catalogue.</summary>
    public static ComponentCatalog Catalog { get; } = ComponentCatalog.Scan(Assemblies);

    /// <summary>What the components say of themselves.</summary>
    public static ComponentDocs Docs { get; } = ComponentDocs.Of(Catalog);

    /// <summary>The catalogue with a command's own components.</summary>
    public static ComponentCatalog CatalogWith(Assembly more) => ComponentCatalog.Scan([.. Assemblies, more]);
}
