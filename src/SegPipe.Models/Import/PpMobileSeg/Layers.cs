using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>The layers that all parts of the network are made of, as ONNX nodes.</summary>
internal sealed class Layers(OnnxGraphBuilder graph, ImportReport report)
{
    private string? _zero, _six;

    /// <summary>The graph.</summary>
    public OnnxGraphBuilder Graph => graph;

    /// <summary>A convolution, padded so that stride 1 keeps the size and stride 2 halves it, rounding up.</summary>
    public Feature Convolve(Feature x, Convolution conv, string name, Activation activation = Activation.None, int stride = 1)
    {
        long kernel = conv.Shape[2], pad = kernel / 2;
        var depthwise = conv.Shape[1] == 1 && x.Channels == conv.Outputs;
        var weight = graph.Constant<float>($"{name}.weight", conv.Weight, [.. conv.Shape.Select(n => (long)n)]);
        var bias = graph.Constant<float>($"{name}.bias", conv.Bias, conv.Outputs);
        var value = graph.Node("Conv", [x.Value, weight, bias], name,
            ("kernel_shape", (long[])[kernel, kernel]),
            ("strides", (long[])[stride, stride]),
            ("pads", (long[])[pad, pad, pad, pad]),
            ("group", (long)(depthwise ? x.Channels : 1)));
        report.Count(depthwise ? "depthwise convolution" : "convolution");
        return Activate(new(value, conv.Outputs, Strided(x.Height, stride), Strided(x.Width, stride)), activation);
    }

    /// <summary>An activation.</summary>
    public Feature Activate(Feature x, Activation activation)
    {
        if (activation == Activation.None) return x;
        report.Count(activation.ToString());
        return x with
        {
            Value = activation switch
            {
                Activation.Relu => graph.Node("Relu", [x.Value]),
                Activation.HardSwish => graph.Node("HardSwish", [x.Value]),
                _ => graph.Node("Clip", [x.Value, _zero ??= graph.Constant("zero", [0f]), _six ??= graph.Constant("six", [6f])]),
            },
        };
    }

    /// <summary>A gate: <c>clip(slope · x + 0.5, 0, 1)</c>.</summary>
    public Feature HardSigmoid(Feature x, float slope) => Unary(x, "HardSigmoid", ("alpha", slope), ("beta", 0.5f));

    /// <summary>A gate: <c>1 / (1 + e^−x)</c>.</summary>
    public Feature Sigmoid(Feature x) => Unary(x, "Sigmoid");

    /// <summary>The mean of each channel.</summary>
    public Feature Mean(Feature x)
    {
        // ONNX Runtime sums up a plane one value after the other; row by row the float32 error of the logits is thirty times smaller.
        return MeanOfColumn(MeanOfRow(x));
    }

    /// <summary>The mean of each row.</summary>
    public Feature MeanOfRow(Feature x) => Reduced(x, 3) with { Width = 1 };

    /// <summary>The mean of each column.</summary>
    public Feature MeanOfColumn(Feature x) => Reduced(x, 2) with { Height = 1 };

    /// <summary>Bilinear interpolation by the half-pixel rule; nothing where the size is the wanted one.</summary>
    public Feature Resize(Feature x, int height, int width)
    {
        if (x.Height == height && x.Width == width) return x;
        var sizes = graph.Integers("sizes", 1, x.Channels, height, width);
        var value = graph.Node("Resize", [x.Value, "", "", sizes], null, ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"));
        report.Count("resize");
        return x with { Value = value, Height = height, Width = width };
    }

    /// <summary>The mean of 2×2 cells, an odd last row or column left out: what bilinear ×0.5 gives.</summary>
    public Feature Halve(Feature x)
    {
        report.Count("resize");
        return new(graph.Node("AveragePool", [x.Value], null, ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2])), x.Channels, x.Height / 2, x.Width / 2);
    }

    /// <summary>Sum; a side of length 1 is repeated.</summary>
    public Feature Add(Feature a, Feature b) => Binary("Add", a, b);

    /// <summary>Product; a side of length 1 is repeated.</summary>
    public Feature Multiply(Feature a, Feature b) => Binary("Mul", a, b);

    private Feature Binary(string op, Feature a, Feature b) =>
        new(graph.Node(op, [a.Value, b.Value]), a.Channels, Math.Max(a.Height, b.Height), Math.Max(a.Width, b.Width));

    private Feature Reduced(Feature x, long axis) => Unary(x, "ReduceMean", ("axes", (long[])[axis]), ("keepdims", 1L));

    private Feature Unary(Feature x, string op, params ReadOnlySpan<(string, object)> attributes)
    {
        report.Count(op);
        return x with { Value = graph.Node(op, [x.Value], null, attributes) };
    }

    private static int Strided(int length, int stride) => (length + stride - 1) / stride;
}
