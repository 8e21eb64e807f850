using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Testing;

/// <summary>A network of one convolution with stride 4 and random weights, to which a test adds the head that it is about.</summary>
internal sealed class HeadedModel
{
    /// <summary>Columns and rows of the input.</summary>
    public const int Width = 32, Height = 16;

    /// <summary>Number of classes.</summary>
    public const int Classes = 5;

    private int _opset = 17;

    /// <summary>Makes the network.</summary>
    /// <param name="half">Whether input and weights are of half precision.</param>
    /// <param name="rows">Rows of the input, −1 for open.</param>
    /// <param name="columns">Columns of the input, −1 for open.</param>
    public HeadedModel(bool half = false, int rows = Height, int columns = Width)
    {
        var random = new Random(3);
        var weights = Enumerable.Range(0, Classes * 3 * 4 * 4).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        Input = Graph.Input("image", half ? OnnxType.Float16 : OnnxType.Float, 1, 3, rows, columns);
        var w = half ? Graph.Constant("weights", (ReadOnlySpan<Half>)[.. weights.Select(value => (Half)value)], Classes, 3, 4, 4) : Graph.Constant("weights", (ReadOnlySpan<float>)weights, Classes, 3, 4, 4);
        Logits = Graph.Node("Conv", [Input, w], "cells", ("strides", (long[])[4, 4]), ("kernel_shape", (long[])[4, 4]));
    }

    /// <summary>The graph, for more nodes.</summary>
    public OnnxGraphBuilder Graph { get; } = new("headed");

    /// <summary>The input.</summary>
    public string Input { get; }

    /// <summary>The logits, NCHW, 8×4 cells.</summary>
    public string Logits { get; }

    /// <summary>Adds a resize; NCHW unless scales are stated otherwise.</summary>
    public string Resize(string value, string coordinates, string mode = "linear", float[]? scales = null) => Graph.Node(
        "Resize", [value, Graph.Constant<float>("region", [], 0), Graph.Constant("scales", (ReadOnlySpan<float>)(scales ?? [1, 1, 4, 4]), 4)], null, ("mode", mode), ("coordinate_transformation_mode", coordinates));

    /// <summary>Adds quantisation and its inverse.</summary>
    public string Quantised(string value, float scale = 0.05f)
    {
        string[] parameters = [Graph.Constant("scale", (ReadOnlySpan<float>)[scale]), Graph.Constant("zero", (ReadOnlySpan<sbyte>)[0])];
        return Graph.Node("DequantizeLinear", [Graph.Node("QuantizeLinear", [value, .. parameters]), .. parameters]);
    }

    /// <summary>States another operator set.</summary>
    public HeadedModel WithOpset(int opset)
    {
        _opset = opset;
        return this;
    }

    /// <summary>The model with a value as output.</summary>
    public ModelProto Build(string output, OnnxType type, params long[] shape)
    {
        Graph.Output(output, type, shape);
        return Graph.Build(_opset);
    }

    /// <summary>Writes the model and gives its path back.</summary>
    public string Write(string path, string output, OnnxType type, params long[] shape)
    {
        File.WriteAllBytes(path, Build(output, type, shape).ToByteArray());
        return path;
    }
}
