using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.Keras;

/// <summary>Zeros around a map, in cells.</summary>
internal readonly record struct KerasPadding(int Top, int Bottom, int Left, int Right)
{
    public static KerasPadding operator +(KerasPadding a, KerasPadding b) => new(a.Top + b.Top, a.Bottom + b.Bottom, a.Left + b.Left, a.Right + b.Right);

    /// <summary>
    /// What Keras' <c>same</c> adds on one axis: as many zeros as make the output ceil(length / stride), the odd one behind.
    /// </summary>
    public static (int Before, int After) Same(int length, int kernel, int stride, int rate)
    {
        var cells = (length + stride - 1L) / stride;
        var total = (int)Math.Clamp((cells - 1) * stride + (kernel - 1L) * rate + 1 - length, 0, int.MaxValue / 4);
        return (total / 2, total - total / 2);
    }
}

/// <summary>A padded map: a convolution takes the zeros over, anything else gets a Pad.</summary>
internal sealed class PaddedTensor(KerasTensor source, KerasPadding padding, string name)
    : KerasTensor([source.Rows + padding.Top + padding.Bottom, source.Columns + padding.Left + padding.Right, source.Channels])
{
    private string? _value;

    /// <summary>The map without its zeros.</summary>
    public KerasTensor Source => source;

    /// <summary>The zeros.</summary>
    public KerasPadding Padding => padding;

    public override string Value(OnnxGraphBuilder graph) => _value ??= graph.Node(
        "Pad",
        [source.Value(graph), graph.Integers($"{name}/pads", 0, 0, padding.Top, padding.Left, 0, 0, padding.Bottom, padding.Right)],
        name);
}
