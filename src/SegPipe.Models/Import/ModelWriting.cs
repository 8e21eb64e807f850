using System.Text.Json;
using Google.Protobuf;
using SegPipe.Models.Onnx;
using SegPipe.Outputs;

namespace SegPipe.Models.Import;

/// <summary>Writes a model with its card, runs it once and only then gives it its name.</summary>
/// <param name="check">The runtime that the result is meant for.</param>
internal sealed class ModelWriting(INetworkCheck check)
{
    /// <summary>Writes one model.</summary>
    /// <param name="model">The network; an older card in it is replaced.</param>
    /// <param name="card">Its card.</param>
    /// <param name="target">The file; an older one is replaced.</param>
    /// <exception cref="SegPipeException">65 if its first run fails, 73 or 74 if it cannot be written, 78 if card and graph disagree; nothing is left behind then.</exception>
    public (ModelFile File, CheckedRun Run) Write(ModelProto model, ModelCard card, string target)
    {
        var (file, (run, _)) = Write(model, card, target, _ => 0);
        return (file, run);
    }

    /// <summary>Writes one model and measures it before it gets its name.</summary>
    /// <param name="model">The network; an older card in it is replaced.</param>
    /// <param name="card">Its card.</param>
    /// <param name="target">The file; an older one is replaced.</param>
    /// <param name="measure">Given the file's preliminary name.</param>
    /// <exception cref="SegPipeException">65 if its first run fails, 73 or 74 if it cannot be written, 78 if card and graph disagree; nothing is left behind then.</exception>
    public (ModelFile File, (CheckedRun Check, double Extra) Run) Write(ModelProto model, ModelCard card, string target, Func<string, double> measure)
    {
        foreach (var old in model.MetadataProps.Where(entry => entry.Key == ModelCard.MetadataKey).ToList()) model.MetadataProps.Remove(old);
        model.MetadataProps.Add(new StringStringEntryProto { Key = ModelCard.MetadataKey, Value = JsonSerializer.Serialize(CardWriter.Write(card)) });
        using var file = new PartialFile(Path.GetFullPath(target));
        file.Write(model.ToByteArray());
        file.Flush();
        var partial = file.Path + ".partial";
        var checkedFile = ModelFile.Load(partial);
        var run = check.Run(partial);
        var extra = measure(partial);
        file.Complete();
        return (checkedFile with { Path = target, CardPath = target }, (run, extra));
    }
}
