using System.Buffers.Binary;

namespace SegPipe.Models.Import.Pickle;

/// <summary>
/// PyTorch's file before 1.6, which model hubs still write: pickles of a magic number, of the format's version and of the writing
/// machine, the checkpoint, the list of storages, and the storages one behind the other, each with its length in front.
/// </summary>
internal static class TorchStream
{
    // A pickle of the whole number 0x1950a86a20f9469cfc6c.
    private static ReadOnlySpan<byte> Magic => [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>Whether a file is one, from its beginning.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => head.Length > 2 && head[0] == (byte)PickleOpcode.Protocol && head[2..].StartsWith(Magic);

    /// <summary>Reads the tensors' places and what stands beside them.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public static Checkpoint Read(string path, byte[] file)
    {
        var cursor = new PickleCursor(path, file, 0);
        Unpickler.Read(cursor);
        if (Unpickler.Read(cursor) is not 1001L) throw cursor.Fault("the version of PyTorch's format is not 1001");
        if (Unpickler.Read(cursor) is not PickleDictionary machine || machine.Entries.GetValueOrDefault("little_endian") is not true)
            throw cursor.Fault("the file was not written on a little-endian machine");

        var storages = new Dictionary<string, TorchStorage>(StringComparer.Ordinal);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var checkpoint = Checkpoint.Of(path, file.Length, Unpickler.Read(cursor, id => Storage(path, file, storages, places, id)));
        Find(cursor, Unpickler.Read(cursor), storages, places);
        return checkpoint;
    }

    private static TorchStorage? Storage(string path, byte[] file, Dictionary<string, TorchStorage> storages, Dictionary<string, int> places, object?[] id)
    {
        // The sixth value names a part of another storage; PyTorch itself stopped writing those in 2017.
        if (id is not ["storage", PickleGlobal type, string key, _, long and >= 0 and <= TorchValues.MostElements and var elements, null, ..] || TorchValues.StorageKind(type) is not { } kind) return null;
        if (storages.TryGetValue(key, out var known)) return known.Kind == kind && known.Elements == elements ? known : null;
        return storages[key] = new(kind, key, elements, () => places.TryGetValue(key, out var at)
            ? file.AsMemory(at, (int)(elements * kind.Bytes()))
            : throw CheckpointFault.In(path, $"the storage {CheckpointFault.Quote(key)} is missing"));
    }

    private static void Find(PickleCursor cursor, object? keys, Dictionary<string, TorchStorage> storages, Dictionary<string, int> places)
    {
        foreach (var item in PickleList.ItemsOf(keys) ?? throw cursor.Fault("the list of storages is none"))
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage)) throw cursor.Fault("the list of storages names one that no tensor has");
            var elements = BinaryPrimitives.ReadInt64LittleEndian(cursor.Slice(8).Span);
            if (elements != storage.Elements) throw cursor.Fault($"the storage {CheckpointFault.Quote(key)} has {elements} elements instead of {storage.Elements}");
            places[key] = cursor.Position;
            cursor.Slice((ulong)(elements * storage.Kind.Bytes()));
        }
    }
}
