using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import;

/// <summary>Turns one container of published models into an ONNX graph.</summary>
internal interface IModelImporter
{
    /// <summary>What a person calls the container, for example <c>TFLite</c>.</summary>
    string Container { get; }

    /// <summary>Whether the path holds this container, told by content and never by name alone; reads a bounded number of bytes.</summary>
    bool Recognises(ImportSource source);

    /// <summary>Reads and converts.</summary>
    /// <exception cref="SegPipeException">65 with the offset or the entry's name: the file is damaged, hostile, or holds something that is not supported.</exception>
    ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report);
}

/// <summary>What is to be imported: a file, a folder (SavedModel), or a checkpoint's prefix or <c>.index</c>.</summary>
/// <param name="Path">As the user named it.</param>
internal sealed record ImportSource(string Path)
{
    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => Directory.Exists(Path);

    /// <summary>Its name without the folders above it.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>Its name without extension, as models made of it are called unless they are named.</summary>
    public string Stem => System.IO.Path.GetFileNameWithoutExtension(Name);

    /// <summary>The files that it consists of: itself, all below a folder, or those that share a checkpoint's prefix.</summary>
    public IEnumerable<string> Files()
    {
        if (IsFolder) return Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories);
        var prefix = Path.EndsWith(".index", StringComparison.Ordinal) ? Path[..^".index".Length] : Path;
        var (folder, name) = (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(prefix))!, System.IO.Path.GetFileName(prefix));
        return File.Exists(prefix + ".index") ? [prefix + ".index", .. Directory.EnumerateFiles(folder, name + ".data-*")] : [Path];
    }

    /// <summary>The first bytes of the file, fewer where it is shorter; none for folders and prefixes.</summary>
    public byte[] Head(int bytes)
    {
        if (!File.Exists(Path)) return [];
        using var file = File.OpenRead(Path);
        var head = new byte[(int)Math.Min(bytes, file.Length)];
        file.ReadExactly(head);
        return head;
    }
}

/// <summary>Arithmetic of an imported quantised network.</summary>
internal enum ImportPrecision
{
    /// <summary>Weights are dequantised, activations are float32 and clipped to the quantised ranges.</summary>
    Float,

    /// <summary>QDQ: quantised as published.</summary>
    Int8,
}

/// <summary>What the command line says about an import; null where the file decides.</summary>
internal sealed record ImportOptions
{
    /// <summary>Name of the model, on its card.</summary>
    public required string Name { get; init; }

    /// <summary>Family, where it cannot be recognised.</summary>
    public string? Family { get; init; }

    /// <summary>Input size.</summary>
    public PictureSize? InputSize { get; init; }

    /// <summary>Classes, or the name of a known table.</summary>
    public ClassTable? Classes { get; init; }

    /// <summary>Whether trailing Resize, Softmax and ArgMax stay.</summary>
    public bool KeepHead { get; init; }

    /// <summary>Arithmetic.</summary>
    public ImportPrecision Precision { get; init; }

    /// <summary>How colours are prepared, for files that do not tell.</summary>
    public Normalisation? Normalisation { get; init; }
}

/// <summary>
/// A converted network before its head is cut and its card written. An importer that knows its family says how pictures are
/// prepared; what it leaves null is asked for by options or has the family's default.
/// </summary>
internal sealed record ImportedNetwork
{
    /// <summary>The graph, with one image input and one output, batch 1.</summary>
    public required OnnxGraphBuilder Graph { get; init; }

    /// <summary>Family, for example <c>deeplab_v3_mobilenetv2</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Name, size, layout, element type, order and normalisation of the input.</summary>
    public required CardInput Input { get; init; }

    /// <summary>Coordinate rule of the resize between the low-resolution logits and the input's size.</summary>
    public CoordinateRule Coordinates { get; init; }

    /// <summary>The classes, or null where the file does not tell; then the number of channels decides which known table fits.</summary>
    public ClassTable? Classes { get; init; }

    /// <summary>Licence, where the file or the family states one.</summary>
    public string? Licence { get; init; }

    /// <summary>What the model was trained on, where the file states it.</summary>
    public string? Training { get; init; }
}

/// <summary>What an import did, for the person who asked for it.</summary>
internal sealed class ImportReport
{
    /// <summary>Operators of the original, by name.</summary>
    public Dictionary<string, int> Operators { get; } = [];

    /// <summary>Parameters that were taken over.</summary>
    public long Parameters { get; set; }

    /// <summary>How the original is quantised, for example <c>uint8 per tensor</c>; null for float.</summary>
    public string? Quantisation { get; set; }

    /// <summary>Where the names of the classes come from.</summary>
    public string? ClassNames { get; set; }

    /// <summary>What was cut from the end, in the order of the graph.</summary>
    public List<string> Cut { get; } = [];

    /// <summary>What may surprise.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Counts an operator of the original.</summary>
    public void Count(string op) => Operators[op] = Operators.GetValueOrDefault(op) + 1;
}
