namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>SHAPE: the converter of a network with a free batch computes shapes, which are known here.</summary>
[TfLiteOperator(77, "SHAPE")]
internal sealed class ShapeOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 1);
        to.SetIntegers(op, op.Outputs[0], Array.ConvertAll(to.Tensor(op.Inputs[0]).Shape, axis => (long)axis));
    }
}

/// <summary>PACK of whole numbers into a shape.</summary>
[TfLiteOperator(83, "PACK")]
internal sealed class PackOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, op.Inputs.Length);
        var parts = op.Inputs.Select(input => to.Integers(op, input)).ToArray();
        if (op.Options.Int32(1) != 0 || parts.Any(part => part.Length != 1)) throw to.Unsupported(op, "packs anything but single numbers");
        to.SetIntegers(op, op.Outputs[0], [.. parts.Select(part => part[0])]);
    }
}
