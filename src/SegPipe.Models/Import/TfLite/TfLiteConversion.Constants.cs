using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.TfLite;

/// <summary>Constants of the file, and those that operators on constants give.</summary>
internal sealed partial class TfLiteConversion
{
    private const long ConstantSlack = 16L << 20;

    private readonly Dictionary<int, long[]> _integers = [];
    private readonly Dictionary<int, float[]> _floats = [];
    private readonly Dictionary<float, string> _scalars = [];
    private readonly Dictionary<int, string> _bytes = [];
    private long _budget;

    /// <summary>Elements of constants that the graph took over.</summary>
    public long Parameters { get; private set; }

    /// <summary>Whether a tensor's values are known.</summary>
    public bool IsConstant(TfLiteTensor tensor) => tensor.IsConstant || _floats.ContainsKey(tensor.Index) || _integers.ContainsKey(tensor.Index);

    /// <summary>Says that an output is constant, with the values of shapes and the like.</summary>
    public void SetIntegers(TfLiteOperator op, int index, long[] values) => _integers[index] = Fitting(op, index, values);

    /// <summary>Says that an output is constant, with real values in the file's order.</summary>
    public void SetFloats(TfLiteOperator op, int index, float[] values) => _floats[index] = Fitting(op, index, values);

    /// <summary>The whole numbers of a constant.</summary>
    public long[] Integers(TfLiteOperator op, int index)
    {
        if (_integers.TryGetValue(index, out var known)) return known;
        var tensor = Tensor(index);
        if (tensor is { IsConstant: true } or { Count: 0 })
        {
            Spend(tensor, 8 * tensor.Count);
            if (tensor.Type == TfLiteType.Int32) return Array.ConvertAll(MemoryMarshal.Cast<byte, int>(tensor.Data.Span).ToArray(), value => (long)value);
            if (tensor.Type == TfLiteType.Int64) return MemoryMarshal.Cast<byte, long>(tensor.Data.Span).ToArray();
        }
        throw Unsupported(op, $"takes tensor {index}, which is no constant of whole numbers");
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
    public string AddFloats(TfLiteTensor tensor, float[] values, params ReadOnlySpan<long> shape)
    {
        Parameters += values.Length;
        return Graph.Constant<float>(HintOf(tensor), values, shape);
    }

    /// <summary>Adds the stored numbers of a constant less their zero point, as float32: bytes in the file, which the runtime widens once.</summary>
    public string AddDifferences(TfLiteTensor tensor, byte[] values, params ReadOnlySpan<long> shape)
    {
        Spend(tensor, values.Length);
        Parameters += values.Length;
        var stored = tensor.Type == TfLiteType.UInt8
            ? Graph.Constant<byte>(HintOf(tensor), values, shape)
            : Graph.Constant<sbyte>(HintOf(tensor), MemoryMarshal.Cast<byte, sbyte>(values), shape);
        var number = Graph.Node("Cast", [stored], null, ("to", (int)Onnx.OnnxType.Float));
        var zeros = tensor.Quantisation!.ZeroPoints;
        if (zeros.All(zero => zero == 0)) return number;
        var subtrahend = zeros.Length == 1 ? Scalar(zeros[0]) : Graph.Constant<float>("zero_point", Array.ConvertAll(zeros, zero => (float)zero), zeros.Length, 1, 1, 1);
        return Graph.Node("Sub", [number, subtrahend]);
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
    public string Scalar(float value) => _scalars.TryGetValue(value, out var known) ? known : _scalars[value] = Graph.Constant<float>("scalar", [value]);

    /// <summary>A scalar of the type that quantised values are stored as.</summary>
    public string Byte(int value) => _bytes.TryGetValue(value, out var known) ? known : _bytes[value] = Graph.Constant<byte>("byte", [(byte)value]);

    private string ConstantValue(TfLiteTensor tensor)
    {
        var shape = Array.ConvertAll(OnnxShape(tensor.Shape), axis => (long)axis);
        if (_integers.TryGetValue(tensor.Index, out var integers)) return Graph.Constant<long>(HintOf(tensor), integers, shape);
        if (StaysQuantised(tensor))
        {
            Spend(tensor, tensor.Count);
            Parameters += tensor.Count;
            var stored = tensor.Data.ToArray();
            // Signed numbers become unsigned ones that are 128 higher when the highest bit changes.
            if (tensor.Type == TfLiteType.Int8) stored = Array.ConvertAll(stored, value => (byte)(value ^ 0x80));
            return Graph.Constant<byte>(HintOf(tensor), InOnnxOrder<byte>(stored, tensor.Shape), shape);
        }
        Spend(tensor, 4 * tensor.Count);
        var floats = _floats.GetValueOrDefault(tensor.Index) ?? ConstantReader.Floats(tensor)
            ?? throw Model.Buffer.Unsupported(0, $"tensor {tensor.Index} is a constant of {tensor.Type}");
        return AddFloats(tensor, InOnnxOrder<float>(floats, tensor.Shape), shape);
    }

    private T[] Fitting<T>(TfLiteOperator op, int index, T[] values) =>
        values.Length == Tensor(index).Count ? values : throw Unsupported(op, $"makes {values.Length} values for the {Tensor(index).Count} of tensor {index}");

    private static T[] InOnnxOrder<T>(T[] values, int[] shape) => shape.Length == 4 ? ConstantReader.Permute<T>(values, shape, [0, 3, 1, 2]) : values;

    private void Spend(TfLiteTensor tensor, long bytes)
    {
        // Any number of tensors may share one buffer of the file.
        if ((_budget -= bytes) < 0) throw Model.Buffer.Damaged(0, $"its constants unfold to more than {4L * Model.Buffer.Length + ConstantSlack} bytes (at tensor {tensor.Index})");
    }
}
