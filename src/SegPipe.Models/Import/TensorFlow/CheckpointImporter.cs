using SegPipe.Models.Import.TensorFlow.Bundles;
using SegPipe.Models.Import.TensorFlow.Networks;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>Imports a checkpoint of TensorFlow 1 or 2, named by its prefix, its <c>.index</c> or a data file.</summary>
internal sealed class CheckpointImporter : IModelImporter
{
    /// <inheritdoc/>
    public string Container => "TensorFlow checkpoint";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source) => !source.IsFolder && TensorBundle.PrefixOf(source.Path) is not null;

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report) =>
        TrainedNetwork.Import(TensorBundle.Open(TensorBundle.PrefixOf(source.Path)!), options, report);
}
