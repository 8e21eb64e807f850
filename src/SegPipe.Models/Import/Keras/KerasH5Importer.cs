using System.Text;
using SegPipe.Models.Import.Hdf5;

namespace SegPipe.Models.Import.Keras;

/// <summary>Imports a whole Keras model in HDF5 (<c>.h5</c>): topology in the attribute <c>model_config</c>, weights below <c>model_weights</c>.</summary>
internal sealed class KerasH5Importer : IModelImporter
{
    /// <inheritdoc/>
    public string Container => "Keras HDF5";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source) => source.Head(Hdf5File.Signature.Length).AsSpan().SequenceEqual(Hdf5File.Signature);

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report)
    {
        var root = new Hdf5File(source.Path, KerasImport.ReadAll(source.Path)).Root;
        if (root.Texts("model_config") is not [var config])
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"{source.Path} is HDF5 without the attribute model_config: at best it holds weights, not the network that they belong to.",
                "Save the whole model: model.save(…), not model.save_weights(…).");
        }

        var model = KerasModelReader.Read(source.Path, Encoding.UTF8.GetBytes(config));
        return KerasImport.Convert(model, new LegacyWeights(model, root), source, options, report);
    }
}
