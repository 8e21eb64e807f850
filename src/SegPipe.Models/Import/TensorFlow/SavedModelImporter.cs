using SegPipe.Models.Import.TensorFlow.Bundles;
using SegPipe.Models.Import.TensorFlow.Networks;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>
/// Imports a SavedModel folder. Its graph is spread over hundreds of functions and prepares pictures of any size; the architecture and the
/// variables, which its object graph leads to, say the same with less.
/// </summary>
internal sealed class SavedModelImporter : IModelImporter
{
    /// <inheritdoc/>
    public string Container => "TensorFlow SavedModel";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source) => source.IsFolder && File.Exists(Path.Combine(source.Path, "saved_model.pb"));

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report)
    {
        var variables = Path.Combine(source.Path, "variables", "variables");
        var prefix = TensorBundle.PrefixOf(variables) ?? throw new SegPipeException(ExitCode.InputUnusable,
            $"{source.Path} has no index of variables at {variables}{TensorBundle.IndexExtension}.", "A SavedModel consists of saved_model.pb and the folder variables; fetch the whole of it.");
        return TrainedNetwork.Import(TensorBundle.Open(prefix), options, report);
    }
}
