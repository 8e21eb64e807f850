using System.Runtime.InteropServices;

namespace SegPipe.Testing.TfLite;

/// <summary>A TFLite file written from scratch, tensor by tensor and operator by operator.</summary>
public sealed class TfLiteFile
{
    /// <summary>Element types, by the format's numbers.</summary>
    public const byte Float32 = 0, Float16 = 1, Int32 = 2, UInt8 = 3, Int64 = 4, Int8 = 9;

    private readonly List<FlatNode> _tensors = [];
    private readonly List<FlatNode> _buffers = [new()];
    private readonly List<FlatNode> _operators = [];
    private readonly List<FlatNode> _codes = [];

    /// <summary>Adds a value that is computed or given.</summary>
    public int Value(byte type, int[] shape, float scale = 0, long zero = 0) => Tensor(type, shape, 0, scale == 0 ? null : [scale], [zero], 0);

    /// <summary>Adds a constant.</summary>
    public int Constant<T>(byte type, int[] shape, T[] values, float[]? scales = null, long[]? zeros = null, int axis = 0)
        where T : unmanaged
    {
        _buffers.Add(new FlatNode().With(0, MemoryMarshal.AsBytes<T>(values).ToArray()));
        return Tensor(type, shape, _buffers.Count - 1, scales, zeros, axis);
    }

    /// <summary>Adds a list of whole numbers, as sizes, axes and paddings are given.</summary>
    public int Integers(params int[] values) => Constant(Int32, [values.Length], values);

    /// <summary>Names a tensor again and again without writing it again.</summary>
    public TfLiteFile Repeat(int tensor, int times)
    {
        _tensors.AddRange(Enumerable.Repeat(_tensors[tensor], times));
        return this;
    }

    /// <summary>Adds an operator.</summary>
    /// <param name="kind">The format's number.</param>
    /// <param name="inputs">Tensors that it reads.</param>
    /// <param name="outputs">Tensors that it makes.</param>
    /// <param name="options">Fields of its options.</param>
    public TfLiteFile Operator(int kind, int[] inputs, int[] outputs, params (int Field, object Value)[] options) => Operator(kind, "", inputs, outputs, options);

    /// <summary>Adds an operator with a custom code.</summary>
    public TfLiteFile Operator(int kind, string code, int[] inputs, int[] outputs, params (int Field, object Value)[] options)
    {
        var table = new FlatNode();
        foreach (var (field, value) in options) table.With(field, value);
        _codes.Add(new FlatNode().With(0, (byte)Math.Min(kind, 127)).With(1, code.Length == 0 ? null : code).With(3, kind));
        _operators.Add(new FlatNode().With(0, _codes.Count - 1).With(1, inputs).With(2, outputs).With(4, table));
        return this;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Write(int[] inputs, int[] outputs, int version = 3)
    {
        var graph = new FlatNode().With(0, _tensors.ToArray()).With(1, inputs).With(2, outputs).With(3, _operators.ToArray());
        return new FlatNode().With(0, version).With(1, _codes.ToArray()).With(2, new[] { graph }).With(3, "written by a test").With(4, _buffers.ToArray()).Write("TFL3");
    }

    private int Tensor(byte type, int[] shape, int buffer, float[]? scales, long[]? zeros, int axis)
    {
        var quantisation = scales is null ? null : new FlatNode().With(2, scales).With(3, zeros).With(6, axis);
        _tensors.Add(new FlatNode().With(0, shape).With(1, type).With(2, buffer).With(3, $"t{_tensors.Count}").With(4, quantisation));
        return _tensors.Count - 1;
    }
}
