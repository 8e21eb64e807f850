using SegPipe.Models.Import.Pickle;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>Imports the weights that Paddle saved: PaddleSeg's <c>.pdparams</c> of PP-MobileSeg.</summary>
internal sealed class PaddleImporter : IModelImporter
{
    private const int HeadLength = 64;

    /// <inheritdoc/>
    public string Container => "Paddle parameters";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source) => PaddleParameters.Recognises(source.Head(HeadLength));

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report) =>
        PpMobileSegImport.Import(PaddleParameters.Read(source.Path, Checkpoint.ReadFile(source.Path)), options, report);
}
