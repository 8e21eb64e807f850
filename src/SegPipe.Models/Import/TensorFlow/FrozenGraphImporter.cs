using SegPipe.Models.Import.TensorFlow.Graphs;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>Imports a frozen TensorFlow 1 graph (<c>.pb</c>).</summary>
internal sealed class FrozenGraphImporter : IModelImporter
{
    /// <inheritdoc/>
    public string Container => "TensorFlow frozen graph";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source) => GraphFile.LooksLike(source.Head(512));

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report)
    {
        var file = GraphFile.Read(source.Path);
        // Folding adds a summand a channel to weights that have none, and halves may become floats.
        var layers = new NetworkLayers(new(options.Name), source.Path, 2 * file.Length + (1 << 20));
        var conversion = new GraphConversion(file, options.InputSize, layers);
        conversion.Convert(report);
        var family = FamilyOf(file);
        return new()
        {
            Graph = layers.Graph,
            Family = family ?? "tensorflow_graph",
            Input = PictureInput.Of(GraphConversion.InputName, conversion.Size, conversion.Normalisation),
            Coordinates = conversion.Coordinates,
            Classes = family is null ? null : PublishedClasses.Of(conversion.Channels),
        };
    }

    private static string? FamilyOf(GraphFile file) => (Has(file, "ShuffleNetV2/"), Has(file, "meta_architecture/")) switch
    {
        (true, true) => "shufflenet_v2_dpc",
        (true, false) => "shufflenet_v2_basic",
        _ => null,
    };

    private static bool Has(GraphFile file, string scope) => file.Nodes.Any(node => node.Name.Contains(scope, StringComparison.Ordinal));
}
