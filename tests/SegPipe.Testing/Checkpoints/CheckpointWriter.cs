using System.IO.Compression;
using System.Runtime.InteropServices;

namespace SegPipe.Testing.Checkpoints;

/// <summary>A tensor that a test writes.</summary>
public sealed record TestTensor(int[] Shape, float[] Values)
{
    public byte[] Bytes => MemoryMarshal.AsBytes(Values.AsSpan()).ToArray();

    public int[] Strides => [.. Enumerable.Range(0, Shape.Length).Select(axis => Shape[(axis + 1)..].Aggregate(1, (a, b) => a * b))];
}

/// <summary>Writes checkpoints in the containers of PyTorch and Paddle.</summary>
public static class CheckpointWriter
{
    /// <summary>Paddle's: one pickle of arrays, with its table of names.</summary>
    public static byte[] Paddle(IEnumerable<KeyValuePair<string, TestTensor>> tensors) => PickleWriter.Begin().Dictionary(w =>
    {
        foreach (var (name, tensor) in tensors) w.Text(name).Array("f4", tensor.Shape, tensor.Bytes);
        w.Text("StructuredToParameterName@@").Dictionary(n => n.Text("a").Text("b"));
    }).End();

    /// <summary>The pickle of PyTorch's: <c>state_dict</c>, and <c>meta</c> where it is given.</summary>
    public static byte[] TorchPickle(IEnumerable<KeyValuePair<string, TestTensor>> tensors, Action<PickleWriter>? meta = null, bool stream = false) => PickleWriter.Begin().Dictionary(w =>
    {
        if (meta is not null) w.Text("meta").Dictionary(meta);
        var key = 0;
        w.Text("state_dict").Call("collections", "OrderedDict", _ => { }).Op('(');
        foreach (var (name, tensor) in tensors) w.Text(name).Tensor("FloatStorage", $"{key++}", tensor.Values.Length, tensor.Shape, tensor.Strides, stream: stream);
        w.Op('u');
        w.Dictionary(state => state.Text("_metadata").Call("collections", "OrderedDict", _ => { })).Op('b');
    }).End();

    /// <summary>PyTorch's zip.</summary>
    public static byte[] TorchZip(IEnumerable<KeyValuePair<string, TestTensor>> tensors, Action<PickleWriter>? meta = null, CompressionLevel compression = CompressionLevel.NoCompression) =>
        Zip("net", TorchPickle(tensors, meta), tensors.Select(t => t.Value.Bytes), compression);

    /// <summary>A zip with a pickle and storages.</summary>
    public static byte[] Zip(string folder, byte[] pickle, IEnumerable<byte[]> storages, CompressionLevel compression = CompressionLevel.NoCompression, string byteOrder = "little", params (string Name, byte[] Bytes)[] others)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, $"{folder}/data.pkl", pickle, compression);
            Add(zip, $"{folder}/byteorder", System.Text.Encoding.ASCII.GetBytes(byteOrder), compression);
            foreach (var (key, storage) in storages.Index()) Add(zip, $"{folder}/data/{key}", storage, compression);
            foreach (var (name, bytes) in others) Add(zip, name, bytes, compression);
        }
        return file.ToArray();
    }

    /// <summary>PyTorch's file before 1.6.</summary>
    public static byte[] TorchStream(IReadOnlyCollection<KeyValuePair<string, TestTensor>> tensors)
    {
        var file = new List<byte>();
        file.AddRange(PickleWriter.Begin().Raw(0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).End());
        file.AddRange(PickleWriter.Begin().Number(1001).End());
        file.AddRange(PickleWriter.Begin().Dictionary(w => w.Text("protocol_version").Number(1001).Text("little_endian").Raw(0x88)).End());
        file.AddRange(TorchPickle(tensors, stream: true));
        file.AddRange(PickleWriter.Begin().Tuple(w =>
        {
            for (var i = 0; i < tensors.Count; i++) w.Text($"{i}");
        }).End());
        foreach (var (_, tensor) in tensors)
        {
            file.AddRange(BitConverter.GetBytes((long)tensor.Values.Length));
            file.AddRange(tensor.Bytes);
        }
        return [.. file];
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes, CompressionLevel compression)
    {
        using var entry = zip.CreateEntry(name, compression).Open();
        entry.Write(bytes);
    }
}
