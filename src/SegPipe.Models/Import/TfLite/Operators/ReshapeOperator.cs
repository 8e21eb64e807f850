namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>RESHAPE, SQUEEZE and EXPAND_DIMS, which keep the order of the elements as the file has it.</summary>
[TfLiteOperator(22, "RESHAPE")]
[TfLiteOperator(43, "SQUEEZE")]
[TfLiteOperator(70, "EXPAND_DIMS")]
internal sealed class ReshapeOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 1);
        var (input, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Outputs[0]));
        var shape = ShapeOf(op, to, input, output);
        // Where height and width are 1, both orders of the axes hold the elements in the same order.
        if (Flat(input.Shape) && Flat(shape)) to.SetStored(output.Index, Reshape(to, to.Stored(input.Index), TfLiteConversion.OnnxShape(shape)), input);
        else to.SetStoredInFileOrder(output.Index, Reshape(to, to.StoredInFileOrder(input.Index), shape), input);
    }

    private static int[] ShapeOf(TfLiteOperator op, TfLiteConversion to, TfLiteTensor input, TfLiteTensor output)
    {
        // A shape that was computed from a free batch is not in the tensor; the operator's own input is.
        var wanted = op.Kind == 22 && op.Inputs.Length > 1 && op.Inputs[1] >= 0 ? to.Integers(op, op.Inputs[1]) : Array.ConvertAll(output.Shape, axis => (long)axis);
        var open = Array.IndexOf(wanted, -1);
        var rest = wanted.Where(axis => axis != -1).Aggregate(1L, (product, axis) => axis is < 0 or > int.MaxValue ? -1 : product * axis);
        if (open >= 0 && rest > 0) wanted = [.. wanted.Select((axis, i) => i == open ? input.Count / rest : axis)];
        if (rest < 0 || wanted.Length != output.Shape.Length || wanted.Aggregate(1L, (product, axis) => product * axis) != input.Count)
            throw to.Unsupported(op, $"makes [{string.Join(", ", wanted)}] of [{string.Join(", ", input.Shape)}]");
        return Array.ConvertAll(wanted, axis => (int)axis);
    }

    private static bool Flat(int[] shape) => shape.Length != 4 || shape[1] * shape[2] == 1;

    private static string Reshape(TfLiteConversion to, string value, int[] shape) =>
        to.Graph.Node("Reshape", [value, to.Graph.Integers("shape", [.. shape.Select(axis => (long)axis)])]);
}
