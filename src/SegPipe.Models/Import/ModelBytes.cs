using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import;

/// <summary>Serialised models.</summary>
internal static class ModelBytes
{
    /// <summary>A model with other values as outputs, whose types and shapes are left to the runtime.</summary>
    public static byte[] WithOutputs(ModelProto model, IReadOnlyList<string> values)
    {
        var kept = model.Graph.Output.ToArray();
        try
        {
            model.Graph.Output.Clear();
            model.Graph.Output.Add(values.Select(value => new ValueInfoProto { Name = value }));
            return model.ToByteArray();
        }
        finally
        {
            model.Graph.Output.Clear();
            model.Graph.Output.Add(kept);
        }
    }
}
