namespace SegPipe.Models.Import;

/// <summary>The importers of this build.</summary>
internal static class Importers
{
    /// <summary>Every one, by container; a class that implements the contract is found without being listed.</summary>
    public static IReadOnlyList<IModelImporter> All { get; } =
    [
        .. typeof(IModelImporter).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IModelImporter)))
            .Select(type => (IModelImporter)Activator.CreateInstance(type)!)
            .OrderBy(importer => importer.Container, StringComparer.Ordinal),
    ];

    /// <summary>The importer of the container that a path holds.</summary>
    /// <exception cref="SegPipeException">66 where nothing is there, 65 where it is nothing that is known.</exception>
    public static IModelImporter For(ImportSource source)
    {
        SourceCheck.Require(source);
        return All.FirstOrDefault(importer => importer.Recognises(source)) ?? throw new SegPipeException(ExitCode.InputUnusable,
            $"{source.Path} holds no kind of model that is known: {SourceCheck.Describe(source)}.", $"These are read: {string.Join(", ", All.Select(importer => importer.Container))}.");
    }
}
