using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.OnnxFile;

/// <summary>Recognises and reads ONNX files.</summary>
internal static class OnnxContent
{
    // Field numbers of ModelProto.
    private const int IrVersion = 1, Graph = 7;

    // Models beyond 2 GB cannot be one protobuf message.
    private const int MostFields = 64;

    /// <summary>Whether a file is ONNX: its fields are walked, their contents passed over, up to the graph.</summary>
    public static bool IsOnnx(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = File.OpenRead(path);
        var hasVersion = false;
        for (var i = 0; i < MostFields && ReadVarint(file) is { } tag and > 0; i++)
        {
            var (field, wire) = (tag >> 3, tag & 7);
            if (ReadVarint(file) is not { } value) return false;
            if (field == IrVersion) hasVersion = wire == 0 && value is > 0 and < 32;
            if (!hasVersion || wire is not (0 or 2)) return false;
            if (field == Graph) return wire == 2;
            if (wire == 2 && value > (ulong)(file.Length - file.Position)) return false;
            if (wire == 2) file.Position += (long)value;
        }

        return false;
    }

    /// <summary>Reads a whole model; weights beside the file are taken in.</summary>
    /// <exception cref="SegPipeException">65 if it is damaged or holds no graph.</exception>
    public static ModelProto Read(string path)
    {
        ModelProto model;
        try
        {
            using var file = File.OpenRead(path);
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"{path} is damaged or cut short: {e.Message}", "Fetch or export it again.", e);
        }

        if (model is not { Graph: { Node.Count: > 0, Output.Count: > 0 }, OpsetImport.Count: > 0 })
            throw new SegPipeException(ExitCode.InputUnusable, $"{path} holds no whole ONNX graph.", "Export it again.");
        if (model.Graph.Initializer.CountBy(tensor => tensor.Name).FirstOrDefault(name => name.Value > 1) is { Key: { } twice })
            throw new SegPipeException(ExitCode.InputUnusable, $"{path} is damaged: it holds the weights '{twice}' twice.", "Fetch or export it again.");
        ExternalWeights.TakeIn(model, path);
        return model;
    }

    private static ulong? ReadVarint(Stream stream)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = stream.ReadByte();
            if (next < 0) return null;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        return null;
    }
}
