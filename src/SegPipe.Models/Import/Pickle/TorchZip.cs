using System.Text;

namespace SegPipe.Models.Import.Pickle;

/// <summary>PyTorch's file since 1.6: a zip with one folder that holds <c>data.pkl</c> and the storages as <c>data/N</c>.</summary>
internal static class TorchZip
{
    private const string Pickle = "/data.pkl";

    /// <summary>Whether a file is one, from its beginning and its end.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail) =>
        head.StartsWith("PK\x03\x04"u8) && (head.IndexOf("/data.pkl"u8) >= 0 || tail.IndexOf("/data.pkl"u8) >= 0);

    /// <summary>Reads the tensors' places and what stands beside them.</summary>
    /// <exception cref="SegPipeException">65 with the entry's name.</exception>
    public static Checkpoint Read(string path, byte[] file)
    {
        var zip = new ZipContents(path, file);
        var pickle = zip.Names.Where(n => n.EndsWith(Pickle, StringComparison.Ordinal) && n.IndexOf('/') == n.Length - Pickle.Length).ToList() is [var one]
            ? one
            : throw CheckpointFault.In(path, "the zip has not one folder with data.pkl as PyTorch writes it");
        var folder = pickle[..^Pickle.Length];
        if (zip.Names.Contains($"{folder}/constants.pkl")) throw CheckpointFault.In(path, "it is a TorchScript program, not weights", "Save the module's state_dict and import that.");
        if (zip.Read($"{folder}/byteorder") is { } order && Encoding.ASCII.GetString(order.Span) != "little")
            throw CheckpointFault.In(path, $"the entry '{folder}/byteorder' says that it was written on a big-endian machine", "Save it again on a little-endian one.");

        var cursor = new PickleCursor($"{path} ({pickle})", zip.Read(pickle)!.Value, 0);
        return Checkpoint.Of(path, file.Length, Unpickler.Read(cursor, id => Storage(path, zip, folder, id)));
    }

    private static TorchStorage? Storage(string path, ZipContents zip, string folder, object?[] id)
    {
        if (id is not ["storage", PickleGlobal type, string { Length: <= 64 } key, _, long and >= 0 and <= TorchValues.MostElements and var elements, ..] || TorchValues.StorageKind(type) is not { } kind) return null;
        return new(kind, key, elements, () =>
        {
            var name = $"{folder}/data/{key}";
            var bytes = zip.Read(name) ?? throw CheckpointFault.In(path, $"the entry {CheckpointFault.Quote(name)} is missing");
            return bytes.Length == elements * kind.Bytes()
                ? bytes
                : throw CheckpointFault.In(path, $"the entry {CheckpointFault.Quote(name)} has {bytes.Length} bytes for {elements} elements of {kind}");
        });
    }
}
