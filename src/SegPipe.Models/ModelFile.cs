using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Models;

/// <summary>An ONNX file with its card and what can be said of its graph without running it.</summary>
public sealed record ModelFile
{
    /// <summary>The file, as it was named.</summary>
    public required string Path { get; init; }

    /// <summary>Its card.</summary>
    public required ModelCard Card { get; init; }

    /// <summary>Where the card was found: the file itself or the YAML beside it.</summary>
    public required string CardPath { get; init; }

    /// <summary>Size of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What the graph says of itself.</summary>
    public required GraphSummary Graph { get; init; }

    /// <summary>Reads a model and checks that card and graph agree.</summary>
    /// <exception cref="SegPipeException">66 missing, 65 not a whole ONNX file, 74 unreadable, 78 no card, or one that is wrong or disagrees with the graph.</exception>
    public static ModelFile Load(string path)
    {
        var bytes = ReadBytes(path);
        var model = Parse(path, bytes);
        var (card, cardPath) = FindCard(path, model);
        var file = new ModelFile
        {
            Path = path,
            Card = card,
            CardPath = cardPath,
            Bytes = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Graph = GraphSummary.Of(model),
        };
        CardCheck.Require(file);
        return file;
    }

    private static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path)) throw new SegPipeException(ExitCode.InputUnusable, $"The model {path} is a folder.", "Name an ONNX file.");
        if (!File.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"The model {path} does not exist.", "Check the path, or list the models that are there: segpipe models list");
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"The model {path} cannot be read: {e.Message}", inner: e);
        }
    }

    private static ModelProto Parse(string path, byte[] bytes)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            // Every ONNX file starts with the field ir_version, so a file that does and then breaks off was one once.
            throw bytes is [0x08, > 0 and < 32, ..]
                ? new SegPipeException(ExitCode.InputUnusable, $"The model {path} is damaged or cut short ({bytes.Length} bytes).", "Fetch or export it again.", e)
                : NotOnnx(path, e);
        }

        return model is { IrVersion: > 0, Graph.Node.Count: > 0, Graph.Output.Count: > 0, OpsetImport.Count: > 0 } ? model : throw NotOnnx(path, null);
    }

    private static SegPipeException NotOnnx(string path, Exception? inner) =>
        new(ExitCode.InputUnusable, $"{path} is not an ONNX model.", "Name an .onnx file that holds a whole graph.", inner);

    private static (ModelCard Card, string Path) FindCard(string path, ModelProto model)
    {
        if (model.MetadataProps.FirstOrDefault(entry => entry.Key == ModelCard.MetadataKey) is { } entry)
        {
            return (CardReader.Read(ParseJson(path, entry.Value), path), path);
        }

        var beside = System.IO.Path.ChangeExtension(path, ".card.yaml");
        return File.Exists(beside)
            ? (CardReader.Read(CardYaml.Read(beside), beside), beside)
            : throw new SegPipeException(ExitCode.Configuration, $"The model {path} has no card: no metadata entry {ModelCard.MetadataKey}, and no file {beside}.", CardAdvice(beside, GraphSummary.Of(model)));
    }

    private static JsonElement ParseJson(string path, string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException e)
        {
            throw new SegPipeException(ExitCode.Configuration, $"The metadata entry {ModelCard.MetadataKey} of {path} is not JSON: {e.Message}", "Export the model again.", e);
        }
    }

    private static string CardAdvice(string beside, GraphSummary graph) =>
        $"Write {beside} with the keys v: 1, name, family, input {{ name: {NameOf(graph.Inputs)}, width, height, layout, element, order, mean, scale, fit }}, "
        + $"output {{ name: {NameOf(graph.Outputs)}, kind, width, height, coordinates }} and classes [{{ id, name, color }}, …].";

    private static string NameOf(IReadOnlyList<GraphTensor> tensors) => tensors.Count == 0 ? "?" : tensors[0].Name;
}
