using SegPipe.Models.Import.Pickle;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>Imports the weights that PyTorch saved: MMSegmentation's <c>.pth</c> of PP-MobileSeg.</summary>
internal sealed class TorchImporter : IModelImporter
{
    private const int HeadLength = 4096, TailLength = 1 << 20;

    /// <inheritdoc/>
    public string Container => "PyTorch checkpoint";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source)
    {
        var head = source.Head(HeadLength);
        return TorchStream.Recognises(head) || (head.AsSpan().StartsWith("PK"u8) && TorchZip.Recognises(head, Tail(source.Path)));
    }

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report)
    {
        var file = Checkpoint.ReadFile(source.Path);
        return PpMobileSegImport.Import(TorchStream.Recognises(file) ? TorchStream.Read(source.Path, file) : TorchZip.Read(source.Path, file), options, report);
    }

    private static byte[] Tail(string path)
    {
        using var file = File.OpenRead(path);
        var tail = new byte[Math.Min(TailLength, file.Length)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        return tail;
    }
}
