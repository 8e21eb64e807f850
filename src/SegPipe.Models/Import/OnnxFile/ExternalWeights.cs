using System.Globalization;
using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.OnnxFile;

/// <summary>Takes weights that an ONNX file keeps in files beside it into the model.</summary>
internal static class ExternalWeights
{
    private const int External = 1;

    /// <summary>Replaces references by the bytes that they mean.</summary>
    /// <exception cref="SegPipeException">65 if a reference leads out of the model's folder or beyond its file, 66 if the file is missing.</exception>
    public static void TakeIn(ModelProto model, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.DataLocation == External))
        {
            tensor.RawData = Read(tensor, folder);
            tensor.DataLocation = 0;
            tensor.ExternalData.Clear();
        }
    }

    private static ByteString Read(TensorProto tensor, string folder)
    {
        var entries = tensor.ExternalData.GroupBy(entry => entry.Key).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);
        var name = entries.GetValueOrDefault("location", "");
        // A stranger's file must not make a model out of other files of this computer.
        if (name.Length == 0 || Path.GetFileName(name) != name || name is "." or "..") throw Wrong(tensor, $"'{name}' is no file beside the model");
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"The weights {path} of the model are missing.", "Put both files into one folder.");
        using var file = File.OpenRead(path);
        var offset = Number(entries, "offset") ?? 0;
        var length = Number(entries, "length") ?? file.Length - offset;
        if (offset < 0 || length < 0 || length > int.MaxValue || offset > file.Length - length) throw Wrong(tensor, $"bytes {offset} to {offset + length} lie beyond the end of {name}");
        var bytes = new byte[length];
        file.Position = offset;
        file.ReadExactly(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static long? Number(Dictionary<string, string> entries, string key) =>
        entries.TryGetValue(key, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static SegPipeException Wrong(TensorProto tensor, string why) => new(ExitCode.InputUnusable, $"The weights '{tensor.Name}' cannot be read: {why}.", "Export the model as one file.");
}
