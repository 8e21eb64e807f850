using System.Text.Json.Nodes;
using SegPipe.Models;
using SegPipe.Models.Import;
using SegPipe.Models.Onnx;
using SegPipe.Stages.Inference;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Quantise;

/// <summary>A network with what there is in the real ones: convolutions of all kinds with ReLU, squeeze and excitation spelt out, a sum, a resize.</summary>
internal sealed class SmallNetwork
{
    public const int Width = 32, Height = 16;

    private const int Channels = 24, Classes = 5;

    private readonly Random _random = new(3);
    private readonly OnnxGraphBuilder _graph = new("small");

    /// <summary>Writes it and gives it back.</summary>
    public ModelFile Write(string path)
    {
        var first = Relu(Conv(_graph.Input("in", OnnxType.Float, -1, 3, Height, Width), 3, Channels, 3, 2));
        var wide = Conv(first, Channels, Channels, 1, 1);
        var clipped = _graph.Node("Clip", [Conv(wide, Channels, Channels, 3, 1, Channels), Scalar(0), Scalar(6)]);
        var mean = _graph.Node("ReduceMean", [clipped], null, ("axes", new long[] { 2, 3 }), ("keepdims", 1));
        var squeezed = Conv(Relu(Conv(mean, Channels, 4, 1, 1)), 4, Channels, 1, 1);
        var gate = _graph.Node("Clip", [_graph.Node("Add", [_graph.Node("Mul", [squeezed, Scalar(0.2f)]), Scalar(0.5f)]), Scalar(0), Scalar(1)]);
        var sum = _graph.Node("Add", [_graph.Node("Mul", [clipped, gate]), first]);
        var small = Conv(sum, Channels, Channels, 3, 2);
        var large = _graph.Node("Resize", [small, "", _graph.Constant<float>("scales", [1, 1, 2, 2], 4)], null, ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        var logits = Conv(large, Channels, Classes, 1, 1);
        _graph.Output(logits, OnnxType.Float, -1, Classes, Height / 2, Width / 2);
        return new ModelWriting(new NetworkCheck()).Write(_graph.Build(), CardOf(logits, path), path).File;
    }

    /// <summary>Smooth pictures, prepared.</summary>
    public static byte[][] Pictures(int count) => [.. Enumerable.Range(0, count).Select(Picture)];

    /// <summary>What a model puts out for a picture.</summary>
    public static float[] Logits(ModelFile model, byte[] picture)
    {
        float[] logits = [];
        using var run = new NetworkRuns().Open(File.ReadAllBytes(model.Path), model.Card.Input);
        run.Run(picture, (_, _, values) => logits = values.ToArray());
        return logits;
    }

    private static byte[] Picture(int number)
    {
        var values = new float[3 * Width * Height];
        for (var i = 0; i < values.Length; i++) values[i] = MathF.Sin((number + 1) * (i % Width) * 0.3f + i / Width * 0.11f);
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static ModelCard CardOf(string logits, string path)
    {
        var json = TinyModel.Card();
        json["name"] = Path.GetFileNameWithoutExtension(path);
        (json["input"]!["width"], json["input"]!["height"]) = (Width, Height);
        (json["output"]!["name"], json["output"]!["width"], json["output"]!["height"]) = (logits, Width / 2, Height / 2);
        json["classes"] = new JsonArray([.. Enumerable.Range(0, Classes).Select(id => new JsonObject { ["id"] = id, ["name"] = $"class {id}" })]);
        return CardReader.Read(System.Text.Json.JsonElement.Parse(json.ToJsonString()), path);
    }

    private string Relu(string value) => _graph.Node("Relu", [value]);

    private string Scalar(float value) => _graph.Constant<float>("scalar", [value]);

    private string Conv(string input, int from, int to, int kernel, int stride, int groups = 1)
    {
        var weights = new float[to * (from / groups) * kernel * kernel];
        var reach = MathF.Sqrt(6f / (from / groups * kernel * kernel));
        for (var i = 0; i < weights.Length; i++) weights[i] = reach * (2 * _random.NextSingle() - 1);
        var bias = Enumerable.Range(0, to).Select(_ => 0.2f * _random.NextSingle()).ToArray();
        long pad = kernel / 2;
        return _graph.Node("Conv", [input, _graph.Constant<float>("weights", weights, to, from / groups, kernel, kernel), _graph.Constant<float>("bias", bias, to)], null,
            ("kernel_shape", new long[] { kernel, kernel }), ("strides", new long[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }), ("group", groups));
    }
}
