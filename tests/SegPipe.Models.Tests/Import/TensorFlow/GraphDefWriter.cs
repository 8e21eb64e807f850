using System.Runtime.InteropServices;
using static SegPipe.Models.Tests.Import.TensorFlow.ProtoWriter;

namespace SegPipe.Models.Tests.Import.TensorFlow;

/// <summary>Writes a GraphDef operator by operator.</summary>
internal sealed class GraphDefWriter
{
    private readonly List<byte[]> _nodes = [];

    /// <summary>The file.</summary>
    public byte[] File => Join(_nodes.Select(node => Bytes(1, node)));

    public GraphDefWriter Node(string op, string name, string[] inputs, params (string Name, byte[] Value)[] attributes)
    {
        _nodes.Add(Join([
            Text(1, name), Text(2, op), .. inputs.Select(input => Text(3, input)),
            .. attributes.Select(attribute => Bytes(5, Join(Text(1, attribute.Name), Bytes(2, attribute.Value)))),
        ]));
        return this;
    }

    public GraphDefWriter Picture(params long[] shape) => Node("Placeholder", "picture", [], ("shape", Bytes(7, Shape(shape))));

    public GraphDefWriter Reals(string name, float[] values, params long[] shape) =>
        Node("Const", name, [], ("value", Bytes(8, Join(Number(1, 1), Bytes(2, Shape(shape)), Bytes(4, MemoryMarshal.AsBytes<float>(values))))));

    public GraphDefWriter Integers(string name, int[] values, params long[] shape) =>
        Node("Const", name, [], ("value", Bytes(8, Join(Number(1, 3), Bytes(2, Shape(shape)), Bytes(4, MemoryMarshal.AsBytes<int>(values))))));

    public GraphDefWriter Convolution(string name, string input, string weights, int stride = 1, string padding = "SAME", string op = "Conv2D") =>
        Node(op, name, [input, weights], ("strides", List(1, stride, stride, 1)), ("padding", Text(2, padding)));

    public GraphDefWriter BatchNorm(string name, string input, float[] gamma, float[] beta, float[] mean, float[] variance, bool training = false)
    {
        foreach (var (part, values) in ((string, float[])[])[("gamma", gamma), ("beta", beta), ("mean", mean), ("variance", variance)]) Reals($"{name}/{part}", values, values.Length);
        return Node("FusedBatchNormV3", name, [input, $"{name}/gamma", $"{name}/beta", $"{name}/mean", $"{name}/variance"],
            ("is_training", Number(5, training ? 1 : 0)), ("epsilon", Single(4, 0.5f)));
    }

    /// <summary>A list of whole numbers, as an attribute.</summary>
    public static byte[] List(params long[] values) => Bytes(1, Bytes(3, Join(values.Select(value => Varint((ulong)value)))));

    private static byte[] Shape(long[] axes) => Join(axes.Select(axis => Bytes(2, Number(1, axis))));
}
