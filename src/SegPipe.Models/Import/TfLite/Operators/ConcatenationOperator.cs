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
        if (op.Inputs.Any(input => to.Tensor(input).Shape.Length != output.Shape.Length)) throw to.Unsupported(op, "joins inputs of different rank");
        string Join(Func<int, string> part) => to.Graph.Node("Concat", [.. op.Inputs.Select(part)], TfLiteConversion.HintOf(output), ("axis", axis));
        if (to.StaysQuantised(output))
        {
            to.SetStored(output.Index, Join(input => to.StoredAs(input, output)), null);
            return;
        }
        var ranges = op.Inputs.Select(input => to.RangeOf(to.Tensor(input))).ToList();
        to.SetReal(output.Index, Join(to.Real), (ranges.Min(range => range.Low), ranges.Max(range => range.High)));
    }
}
