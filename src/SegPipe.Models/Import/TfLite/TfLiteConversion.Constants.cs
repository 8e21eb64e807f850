using System.Runtime.InteropServices;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TfLite;

/// <summary>Constants of the file, and those that operators on constants give.</summary>
internal sealed partial class TfLiteConversion
{
    private const long ConstantSlack = 16L << 20;

    private readonly Dictionary<int, long[]> _integers = [];
    private readonly Dictionary<int, float[]> _floats = [];
    private readonly Dictionary<(float, OnnxType), string> _scalars = [];
    private long _budget;

    /// <summary>Elements of constants that the graph took over.</summary>
    public long Parameters { get; private set; }

    /// <summary>Whether a tensor's values are known.</summary>
    public bool IsConstant(TfLiteTensor tensor) => tensor.IsConstant || _floats.ContainsKey(tensor.Index) || _integers.ContainsKey(tensor.Index);

    /// <summary>Says that an output is constant, with the values of shapes and the like.</summary>
    public void SetIntegers(int index, long[] values) => _integers[index] = values;

    /// <summary>Says that an output is constant, with real values in the file's order.</summary>
    public void SetFloats(int index, float[] values) => _floats[index] = values;

    /// <summary>The whole numbers of a constant.</summary>
    public long[] Integers(TfLiteOperator op, int index)
    {
        if (_integers.TryGetValue(index, out var known)) return known;
        var tensor = Tensor(index);
        var data = tensor.Data.Span;
        return (tensor.IsConstant || tensor.Count == 0, tensor.Type) switch
        {
            (true, TfLiteType.Int32) => [.. MemoryMarshal.Cast<byte, int>(data).ToArray().Select(value => (long)value)],
            (true, TfLiteType.Int64) => MemoryMarshal.Cast<byte, long>(data).ToArray(),
            _ => throw Unsupported(op, $"takes tensor {index}, which is no constant of whole numbers"),
        };
    }

    /// <summary>The real values of a constant, in the file's order.</summary>
    public float[] Floats(TfLiteOperator op, int index)
    {
        if (_floats.TryGetValue(index, out var known)) return known;
        var tensor = Tensor(index);
        if (!tensor.IsConstant) throw Unsupported(op, $"takes tensor {index}, which is no constant");
        Spend(tensor, 4 * tensor.Count);
        return ConstantReader.Floats(tensor) ?? throw Unsupported(op, $"takes tensor {index} of {tensor.Type}");
    }

    /// <summary>Adds real values as a constant.</summary>
    public string AddFloats(string hint, float[] values, params ReadOnlySpan<long> shape)
    {
        Parameters += values.Length;
        return Graph.Constant<float>(hint, values, shape);
    }

    /// <summary>Adds a quantised constant and its real values: stored numbers in the order given, scales along an axis.</summary>
    public string AddQuantised(TfLiteTensor tensor, byte[] values, int axis, params ReadOnlySpan<long> shape)
    {
        Spend(tensor, values.Length);
        Parameters += values.Length;
        var q = tensor.Quantisation!;
        var stored = tensor.Type == TfLiteType.UInt8
            ? Graph.Constant<byte>(HintOf(tensor), values, shape)
            : Graph.Constant<sbyte>(HintOf(tensor), MemoryMarshal.Cast<byte, sbyte>(values), shape);
        if (!q.PerChannel) return Graph.Node("DequantizeLinear", [stored, Scalar(q.Scales[0]), StoredScalar(tensor.Type, q.ZeroPoints[0])]);
        var zeros = tensor.Type == TfLiteType.UInt8
            ? Graph.Constant<byte>("zero_point", q.ZeroPoints.Select(zero => (byte)zero).ToArray(), q.ZeroPoints.Length)
            : Graph.Constant<sbyte>("zero_point", q.ZeroPoints.Select(zero => (sbyte)zero).ToArray(), q.ZeroPoints.Length);
        return Graph.Node("DequantizeLinear", [stored, Graph.Constant<float>("scale", q.Scales, q.Scales.Length), zeros], null, ("axis", axis));
    }

    /// <summary>A name for people: the tensor's, without what ONNX or a terminal would stumble over.</summary>
    public static string HintOf(TfLiteTensor tensor)
    {
        var end = tensor.Name.IndexOf(';', StringComparison.Ordinal);
        var name = end < 0 ? tensor.Name : tensor.Name[..end];
        if (name.Length > 80) name = name[^80..];
        return name.Length == 0 ? $"tensor_{tensor.Index}" : string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' ? c : '_'));
    }

    /// <summary>A scalar.</summary>
    public string Scalar(float value)
    {
        if (_scalars.TryGetValue((value, OnnxType.Float), out var known)) return known;
        return _scalars[(value, OnnxType.Float)] = Graph.Constant<float>("scalar", [value]);
    }

    /// <summary>A scalar of a quantised tensor's own type.</summary>
    public string StoredScalar(TfLiteType type, int value)
    {
        var onnx = type == TfLiteType.UInt8 ? OnnxType.UInt8 : OnnxType.Int8;
        if (_scalars.TryGetValue((value, onnx), out var known)) return known;
        return _scalars[(value, onnx)] = onnx == OnnxType.UInt8 ? Graph.Constant<byte>("zero_point", [(byte)value]) : Graph.Constant<sbyte>("zero_point", [(sbyte)value]);
    }

    private string ConstantValue(TfLiteTensor tensor)
    {
        var shape = Array.ConvertAll(tensor.Shape, axis => (long)axis);
        int[]? order = shape.Length == 4 ? [0, 3, 1, 2] : null;
        if (order is not null) shape = [shape[0], shape[3], shape[1], shape[2]];
        if (_integers.TryGetValue(tensor.Index, out var integers)) return Graph.Constant<long>(HintOf(tensor), integers, shape);
        if (StaysQuantised(tensor))
        {
            Parameters += tensor.Count;
            var stored = order is null ? tensor.Data.ToArray() : ConstantReader.Permute(tensor.Data.ToArray(), tensor.Shape, order);
            Spend(tensor, stored.Length);
            return tensor.Type == TfLiteType.UInt8 ? Graph.Constant<byte>(HintOf(tensor), stored, shape) : Graph.Constant<sbyte>(HintOf(tensor), MemoryMarshal.Cast<byte, sbyte>(stored), shape);
        }
        Spend(tensor, 4 * tensor.Count);
        var floats = _floats.GetValueOrDefault(tensor.Index) ?? ConstantReader.Floats(tensor)
            ?? throw Model.Buffer.Damaged(0, $"tensor {tensor.Index} is a constant of {tensor.Type}, which is not supported there");
        return AddFloats(HintOf(tensor), order is null ? floats : ConstantReader.Permute(floats, tensor.Shape, order), shape);
    }

    private void Spend(TfLiteTensor tensor, long bytes)
    {
        // Any number of tensors may share one buffer of the file.
        if ((_budget -= bytes) < 0) throw Model.Buffer.Damaged(0, $"its constants unfold to more than {4L * Model.Buffer.Length + ConstantSlack} bytes (at tensor {tensor.Index})");
    }
}
