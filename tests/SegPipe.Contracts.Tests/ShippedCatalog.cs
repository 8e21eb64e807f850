using System.Reflection;
using SegPipe.Components;
using SegPipe.Configuration;

namespace SegPipe.Contracts.Tests;

/// <summary>The components that the program comes with, and what they say of themselves.</summary>
internal static class ShippedCatalog
{
    public static ComponentCatalog Catalog { get; } = ComponentCatalog.Scan(new[] { "SegPipe.Sources", "SegPipe.Stages", "SegPipe.Sinks" }.Select(Assembly.Load));

    public static ComponentDocs Docs { get; } = ComponentDocs.Of(Catalog);

    /// <summary>Kind and name of each, as theory data.</summary>
    public static TheoryData<ComponentKind, string> Names()
    {
        var names = new TheoryData<ComponentKind, string>();
        foreach (var component in Catalog.All) names.Add(component.Kind, component.Name);
        return names;
    }
}
