using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>Writes TensorFlow's layers as ONNX nodes, with channels before rows and columns.</summary>
/// <param name="graph">What they are written to.</param>
/// <param name="source">What is imported, for messages.</param>
/// <param name="weightBytes">Bytes of weights that may be written in all; a damaged file could use the same ones without end.</param>
internal sealed class NetworkLayers(OnnxGraphBuilder graph, string source, long weightBytes)
{
    private const long MaxElements = 1L << 30;
    private const int MaxChannels = 1 << 16;
    private readonly Dictionary<Kernel, string[]> _kernels = [];
    private long _left = weightBytes;

    /// <summary>The graph so far.</summary>
    public OnnxGraphBuilder Graph => graph;

    /// <summary>Number of weights and summands that were written.</summary>
    public long Parameters { get; private set; }

    /// <summary>The picture that goes in.</summary>
    public Feature Input(string name, PictureSize size, PictureSize published) =>
        Check(new(graph.Input(name, OnnxType.Float, 1, 3, size.Height, size.Width), 3, size, published));

    /// <summary>A convolution; <paramref name="relu"/> follows where asked for.</summary>
    public Feature Convolve(Feature x, Kernel kernel, Window window, string hint, bool relu = false)
    {
        var margins = window.MarginsFor(x.Size);
        if (!_kernels.TryGetValue(kernel, out var weights)) _kernels[kernel] = weights = Weights(kernel, hint);
        var name = graph.Node("Conv", [x.Name, .. weights], hint,
            ("kernel_shape", (long[])[kernel.Height, kernel.Width]),
            ("strides", (long[])[window.StrideY, window.StrideX]),
            ("dilations", (long[])[window.RateY, window.RateX]),
            ("pads", Pads(margins)),
            ("group", kernel.Groups));
        var result = Check(new(name, kernel.Outputs, window.After(x.Size), window.After(x.Published)));
        return relu ? Apply("Relu", result, hint + "/relu") : result;
    }

    /// <summary>The largest or the mean value of every place of a window; padding does not count.</summary>
    public Feature Pool(string op, Feature x, Window window, string hint) => Check(new(
        graph.Node(op, [x.Name], hint,
            ("kernel_shape", (long[])[window.Height, window.Width]),
            ("strides", (long[])[window.StrideY, window.StrideX]),
            ("pads", Pads(window.MarginsFor(x.Size)))),
        x.Channels, window.After(x.Size), window.After(x.Published)));

    /// <summary>The mean of every plane.</summary>
    public Feature Mean(Feature x, string hint) => new(graph.Node("GlobalAveragePool", [x.Name], hint), x.Channels, new(1, 1), new(1, 1));

    /// <summary>An operator that leaves the shape as it is.</summary>
    public Feature Apply(string op, Feature x, string hint, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        x with { Name = graph.Node(op, [x.Name], hint, attributes) };

    /// <summary>A factor and a summand for every channel.</summary>
    public Feature Apply(ChannelAffine affine, Feature x, string hint)
    {
        var scale = Weights(hint + "/scale", affine.Scale, 1, x.Channels, 1, 1);
        var shift = Weights(hint + "/shift", affine.Shift, 1, x.Channels, 1, 1);
        return x with { Name = graph.Node("Add", [graph.Node("Mul", [x.Name, scale], hint + "/scaled"), shift], hint) };
    }

    /// <summary>The sum of two features of one shape.</summary>
    public Feature Add(Feature x, Feature y, string hint) => x with { Name = graph.Node("Add", [x.Name, y.Name], hint) };

    /// <summary>The planes of several features of one size, one after the other.</summary>
    public Feature Concat(Feature[] parts, string hint) => parts.Length == 1 ? parts[0] : Check(
        parts[0] with { Name = graph.Node("Concat", [.. parts.Select(part => part.Name)], hint, ("axis", 1L)), Channels = parts.Sum(part => part.Channels) });

    /// <summary>Groups of planes.</summary>
    public Feature[] Split(Feature x, int[] channels, string hint)
    {
        var sizes = graph.Integers(hint + "/channels", [.. channels.Select(count => (long)count)]);
        var names = graph.Nodes("Split", [x.Name, sizes], channels.Length, hint, ("axis", 1L));
        return [.. names.Zip(channels, (name, count) => x with { Name = name, Channels = count })];
    }

    /// <summary>Takes a plane of each group in turn.</summary>
    public Feature Shuffle(Feature x, int groups, string hint)
    {
        long height = x.Size.Height, width = x.Size.Width;
        var grouped = graph.Node("Reshape", [x.Name, graph.Integers(hint + "/groups", 1, groups, x.Channels / groups, height, width)], hint + "/grouped");
        var swapped = graph.Node("Transpose", [grouped], hint + "/swapped", ("perm", (long[])[0, 2, 1, 3, 4]));
        return x with { Name = graph.Node("Reshape", [swapped, graph.Integers(hint + "/shape", 1, x.Channels, height, width)], hint) };
    }

    /// <summary>Linear interpolation to another size; nothing where it is that size.</summary>
    public Feature Resize(Feature x, PictureSize size, PictureSize published, CoordinateRule rule, string hint)
    {
        if (x.Size == size) return x with { Published = published };
        var whole = x with { Size = size, Published = published };
        long[] shape = [1, x.Channels, size.Height, size.Width];
        // A single value has nothing to interpolate; repeating it is the same and much cheaper.
        if (x.Size == new PictureSize(1, 1)) return Check(whole with { Name = graph.Node("Expand", [x.Name, graph.Integers(hint + "/shape", shape)], hint) });
        return Check(whole with
        {
            Name = graph.Node("Resize", [x.Name, "", "", graph.Integers(hint + "/size", shape)], hint,
                ("mode", "linear"), ("coordinate_transformation_mode", NameOf(rule))),
        });
    }

    /// <summary>The place of the largest value of every place, as int64 without a channel axis; the first where several are as large.</summary>
    public string ArgMax(Feature x, string hint) => graph.Node("ArgMax", [x.Name], hint, ("axis", 1L), ("keepdims", 0L));

    private static string NameOf(CoordinateRule rule) => rule switch
    {
        CoordinateRule.AlignCorners => "align_corners",
        CoordinateRule.Asymmetric => "asymmetric",
        _ => "half_pixel",
    };

    private static long[] Pads(Margins margins) => [margins.Top, margins.Left, margins.Bottom, margins.Right];

    private string[] Weights(Kernel kernel, string hint)
    {
        var weights = Weights(hint + "/weights", kernel.ToOnnx(), kernel.Outputs, kernel.Inputs / kernel.Groups, kernel.Height, kernel.Width);
        return kernel.Bias is { } bias ? [weights, Weights(hint + "/bias", bias, bias.Length)] : [weights];
    }

    private string Weights(string hint, float[] values, params ReadOnlySpan<long> shape)
    {
        if ((_left -= values.Length * sizeof(float)) < 0) throw Damage.In(source, hint, "the network uses more weights than the file holds");
        Parameters += values.Length;
        return graph.Constant<float>(hint, values, shape);
    }

    private Feature Check(Feature x) => (x.Size.Height, x.Size.Width) is ( > 0, > 0) && x.Channels <= MaxChannels && (long)x.Channels * x.Size.Height * x.Size.Width <= MaxElements
        ? x
        : throw Damage.In(source, x.Name, $"the value would have {x.Channels} planes of {x.Size}");
}
