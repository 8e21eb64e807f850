using System.Text.Json.Nodes;
using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Tests;

/// <summary>A model of one node, written from scratch: three channels are passed through as three classes.</summary>
internal static class TinyModel
{
    public static JsonObject Card() => JsonNode.Parse("""
        {
          "v": 1, "name": "tiny", "family": "test",
          "input": { "name": "in", "width": 8, "height": 4, "layout": "NCHW", "element": "float32", "order": "RGB",
                     "mean": [0.5, 0.25, 0], "scale": [2, 4, 1], "fit": "letterbox" },
          "output": { "name": "out", "kind": "logits", "width": 8, "height": 4, "coordinates": "align_corners" },
          "classes": [ { "id": 0, "name": "red", "color": "#ff0000" }, { "id": 1, "name": "green" }, { "id": 2, "name": "blue", "color": "#0000ff" } ],
          "batch": "dynamic", "training": "none", "licence": "Apache-2.0"
        }
        """)!.AsObject();

    public static string Write(string path, JsonNode? card, params long?[] outputShape)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            ProducerName = "test",
            Graph = new GraphProto { Name = "tiny" },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "in" }, Output = { "out" } });
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 3, 5 }, RawData = ByteString.CopyFrom(new byte[60]) });
        model.Graph.Initializer.Add(new TensorProto { Name = "shape", DataType = 7, Dims = { 4 }, RawData = ByteString.CopyFrom(new byte[32]) });
        model.Graph.Input.Add(Value("in", [null, 3, 4, 8]));
        model.Graph.Input.Add(Value("w", [3, 5]));
        model.Graph.Output.Add(Value("out", outputShape.Length == 0 ? [null, 3, 4, 8] : outputShape));
        if (card is not null) model.MetadataProps.Add(new StringStringEntryProto { Key = ModelCard.MetadataKey, Value = card.ToJsonString() });
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static ValueInfoProto Value(string name, long?[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() };
        foreach (var axis in shape)
        {
            tensor.Shape.Dim.Add(axis is { } length
                ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
