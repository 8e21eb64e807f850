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

    /// <summary>A value of a tensor in the rank that it is broadcast to: constants with fewer axes run along the last axes of the file.</summary>
    public string Broadcast(TfLiteOperator op, TfLiteTensor tensor, int axes, string value)
    {
        if (tensor.Shape.Length == axes || tensor.Shape.Length == 0) return value;
        if (!IsConstant(tensor) || tensor.Shape.Length > axes) throw Unsupported(op, $"broadcasts [{string.Join(", ", tensor.Shape)}] to {axes} axes");
        int[] shape = [.. Enumerable.Repeat(1, axes - tensor.Shape.Length), .. tensor.Shape];
        return Graph.Node("Reshape", [value, Graph.Integers("shape", Array.ConvertAll(OnnxShape(shape), axis => (long)axis))]);
    }
}
