using System.Text.Json.Nodes;
using Google.Protobuf;
using SegPipe.Models;
using SegPipe.Models.Onnx;

namespace SegPipe.Testing;

/// <summary>What a tiny model puts out for its three channels.</summary>
public enum TinyOutput
{
    /// <summary>The channels themselves, as logits of three classes.</summary>
    Logits,

    /// <summary>The number of the largest channel, 64 bits.</summary>
    Int64Labels,

    /// <summary>The number of the largest channel, 32 bits.</summary>
    Int32Labels,

    /// <summary>The number of the largest channel, 8 bits.</summary>
    UInt8Labels,
}

/// <summary>A model of one or two nodes, written from scratch; its input is 8×4.</summary>
public static class TinyModel
{
    private const int Float = 1, UInt8 = 2, Int32 = 6, Int64 = 7;

    /// <summary>The card of a model that puts out logits.</summary>
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

    /// <summary>The card of a model that puts out class maps.</summary>
    public static JsonObject LabelsCard()
    {
        var card = Card();
        card["output"]!["kind"] = "labels";
        return card;
    }

    /// <summary>Writes a model with logits as output, whose shape may be another than the card's.</summary>
    public static string Write(string path, JsonNode? card, params long?[] outputShape) =>
        Write(path, card, TinyOutput.Logits, outputShape.Length == 0 ? [null, 3, 4, 8] : outputShape);

    /// <summary>Writes a model and gives its path back.</summary>
    public static string Write(string path, JsonNode? card, TinyOutput output, long?[] outputShape)
    {
        var graph = new GraphProto { Name = "tiny" };
        graph.Initializer.Add(new TensorProto { Name = "w", DataType = Float, Dims = { 3, 5 }, RawData = ByteString.CopyFrom(new byte[60]) });
        graph.Initializer.Add(new TensorProto { Name = "shape", DataType = Int64, Dims = { 4 }, RawData = ByteString.CopyFrom(new byte[32]) });
        graph.Input.Add(Value("in", Float, [null, 3, 4, 8]));
        graph.Input.Add(Value("w", Float, [3, 5]));
        var element = output switch
        {
            TinyOutput.Int64Labels => Int64,
            TinyOutput.Int32Labels => Int32,
            TinyOutput.UInt8Labels => UInt8,
            _ => Float,
        };
        graph.Output.Add(Value("out", element, outputShape));
        AddNodes(graph, output, element);
        var model = new ModelProto { IrVersion = 8, ProducerName = "test", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        if (card is not null) model.MetadataProps.Add(new StringStringEntryProto { Key = ModelCard.MetadataKey, Value = card.ToJsonString() });
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static void AddNodes(GraphProto graph, TinyOutput output, int element)
    {
        const int attributeInt = 2;
        if (output == TinyOutput.Logits)
        {
            graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "in" }, Output = { "out" } });
            return;
        }

        graph.Node.Add(new NodeProto
        {
            OpType = "ArgMax",
            Input = { "in" },
            Output = { "wide" },
            Attribute = { new AttributeProto { Name = "axis", I = 1, Type = attributeInt }, new AttributeProto { Name = "keepdims", I = 0, Type = attributeInt } },
        });
        graph.Node.Add(new NodeProto
        {
            OpType = "Cast",
            Input = { "wide" },
            Output = { "out" },
            Attribute = { new AttributeProto { Name = "to", I = element, Type = attributeInt } },
        });
    }

    private static ValueInfoProto Value(string name, int element, long?[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = element, Shape = new TensorShapeProto() };
        foreach (var axis in shape)
        {
            tensor.Shape.Dim.Add(axis is { } length
                ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
