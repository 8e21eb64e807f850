using SegPipe.Models.Import.Hdf5;
using SegPipe.Models.Import.Pickle;

namespace SegPipe.Models.Import.Keras;

/// <summary>Imports a Keras archive (<c>.keras</c>): a zip with the topology in <c>config.json</c> and the weights in <c>model.weights.h5</c>.</summary>
internal sealed class KerasArchiveImporter : IModelImporter
{
    private const string Config = "config.json", Weights = "model.weights.h5";
    private const int TailBytes = 64 << 10;

    /// <inheritdoc/>
    public string Container => "Keras archive";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source)
    {
        if (!source.Head(4).AsSpan().SequenceEqual("PK\x03\x04"u8)) return false;
        using var file = File.OpenRead(source.Path);
        var tail = new byte[(int)Math.Min(TailBytes, file.Length)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        return tail.AsSpan().IndexOf("model.weights.h5"u8) >= 0 && tail.AsSpan().IndexOf("config.json"u8) >= 0;
    }

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report)
    {
        var zip = new ZipContents(source.Path, KerasImport.ReadAll(source.Path));
        var model = KerasModelReader.Read($"{source.Path} ({Config})", Entry(zip, source, Config));
        var root = new Hdf5File($"{source.Path} ({Weights})", Entry(zip, source, Weights)).Root;
        return KerasImport.Convert(model, new ArchiveWeights(model, root), source, options, report);
    }

    private static ReadOnlyMemory<byte> Entry(ZipContents zip, ImportSource source, string name) =>
        zip.Read(name) ?? throw new SegPipeException(ExitCode.InputUnusable, $"{source.Path} has no entry {name}.", "Save the model with Keras again: model.save(…).");
}
