namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>CONCATENATION; inputs whose scale is not the output's are requantised, as the format's uint8 kernel does.</summary>
[TfLiteOperator(2, "CONCATENATION")]
internal sealed class ConcatenationOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, op.Inputs.Length);
        var output = to.Tensor(op.Outputs[0]);
        if (op.Options.Byte(1) != 0 || op.Inputs.Length == 0) throw to.Unsupported(op, "has a fused activation or no inputs");
        var axis = to.Axis(op, op.Options.Int32(0), output.Shape.Length);
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var input in op.Inputs.Select(to.Tensor))
        {
            if (input.Shape.Length != output.Shape.Length) throw to.Unsupported(op, "joins inputs of different rank");
            var range = to.RangeOf(input);
            (low, high) = (Math.Min(low, range.Low), Math.Max(high, range.High));
        }
        if (to.StaysQuantised(output))
        {
            var parts = op.Inputs.Select(input => to.StoredAs(op, input, output)).ToArray();
            to.SetStored(output.Index, to.Graph.Node("Concat", parts, TfLiteConversion.HintOf(output), ("axis", axis)), null);
            return;
        }
        var real = op.Inputs.Select(to.Real).ToArray();
        to.SetReal(output.Index, to.Graph.Node("Concat", real, TfLiteConversion.HintOf(output), ("axis", axis)), (low, high));
    }
}
