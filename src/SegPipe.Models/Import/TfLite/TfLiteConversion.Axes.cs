namespace SegPipe.Models.Import.TfLite;

/// <summary>Axes, and operands in the form that operators need.</summary>
internal sealed partial class TfLiteConversion
{
    /// <summary>Where an axis of the file lies in the graph.</summary>
    public static int OnnxAxis(int axis, int axes) => axes != 4 ? axis : axis switch { 0 => 0, 3 => 1, _ => axis + 1 };

    /// <summary>A shape of the file as the graph has it.</summary>
    public static int[] OnnxShape(int[] shape) => shape.Length == 4 ? [shape[0], shape[3], shape[1], shape[2]] : shape;

    /// <summary>Where an axis of the graph lies in the file.</summary>
    public static int FileAxis(int axis, int axes) => axes != 4 ? axis : axis switch { 0 => 0, 1 => 3, _ => axis - 1 };

    /// <summary>An axis of the file, perhaps counted from the end, as the graph has it.</summary>
    public int Axis(TfLiteOperator op, long axis, int axes)
    {
        var counted = axis < 0 ? axis + axes : axis;
        return counted >= 0 && counted < axes ? OnnxAxis((int)counted, axes) : throw Unsupported(op, $"is along axis {axis} of {axes}");
    }

    /// <summary>The real values of an operand that is broadcast to a rank: constants with fewer axes run along the last axes of the file.</summary>
    public string Operand(TfLiteOperator op, int index, int axes)
    {
        var tensor = Tensor(index);
        if (tensor.Shape.Length == axes || tensor.Shape.Length == 0) return Real(index);
        if (!IsConstant(tensor) || tensor.Shape.Length > axes) throw Unsupported(op, $"broadcasts [{string.Join(", ", tensor.Shape)}] to {axes} axes");
        int[] shape = [.. Enumerable.Repeat(1, axes - tensor.Shape.Length), .. tensor.Shape];
        var long64 = Array.ConvertAll(OnnxShape(shape), axis => (long)axis);
        return Graph.Node("Reshape", [Real(index), Graph.Integers("shape", long64)]);
    }

    /// <summary>A tensor's values, stored as another tensor stores its own.</summary>
    public string StoredAs(TfLiteOperator op, int index, TfLiteTensor target)
    {
        var (tensor, q) = (Tensor(index), target.Quantisation!);
        var same = tensor.Type == target.Type && tensor.IsQuantised && tensor.Quantisation!.Same(q);
        return same ? Stored(index) : Quantise(Real(index), target, q.Scales[0], q.ZeroPoints[0]);
    }

    /// <summary>Adds the biases of a convolution that stays quantised.</summary>
    /// <param name="hint">What they are called.</param>
    /// <param name="stored">The stored numbers.</param>
    /// <param name="scales">One scale, or one a channel.</param>
    public string AddBias(string hint, int[] stored, float[] scales)
    {
        Parameters += stored.Length;
        var values = Graph.Constant<int>(hint, stored, stored.Length);
        return scales.Length == 1
            ? Graph.Node("DequantizeLinear", [values, Scalar(scales[0])])
            : Graph.Node("DequantizeLinear", [values, Graph.Constant<float>("scale", scales, scales.Length)], null, ("axis", 0));
    }
}
