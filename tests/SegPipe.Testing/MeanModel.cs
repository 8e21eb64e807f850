using System.Text.Json.Nodes;
using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Testing;

/// <summary>A network of one node, a mean over 4 × 4 pixels of each channel: its logits move as the picture does.</summary>
public static class MeanModel
{
    /// <summary>Columns of its input.</summary>
    public const int Width = 128;

    /// <summary>Rows of its input.</summary>
    public const int Height = 64;

    /// <summary>Writes it and gives its path back.</summary>
    public static string Write(string path)
    {
        var card = TinyModel.Card();
        (card["input"]!["width"], card["input"]!["height"]) = (Width, Height);
        (card["input"]!["mean"], card["input"]!["scale"]) = (new JsonArray(0, 0, 0), new JsonArray(1, 1, 1));
        (card["output"]!["width"], card["output"]!["height"], card["output"]!["coordinates"]) = (Width / 4, Height / 4, "half_pixel");
        card["batch"] = 1;
        var graph = new OnnxGraphBuilder("means");
        var input = graph.Input("in", OnnxType.Float, 1, 3, Height, Width);
        graph.Output(graph.Node("AveragePool", [input], "out", ("kernel_shape", (long[])[4, 4]), ("strides", (long[])[4, 4])), OnnxType.Float, 1, 3, Height / 4, Width / 4);
        var model = graph.Build(17);
        model.MetadataProps.Add(new StringStringEntryProto { Key = "segpipe.card", Value = card.ToJsonString() });
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
