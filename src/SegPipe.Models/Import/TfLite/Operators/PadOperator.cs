namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>PAD with zeros; one before a convolution is part of that already.</summary>
[TfLiteOperator(34, "PAD")]
internal sealed class PadOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var input = to.Tensor(op.Inputs[0]);
        var pads = to.Integers(op, op.Inputs[1]);
        var axes = input.Shape.Length;
        if (pads.Length != 2 * axes || pads.Any(pad => pad is < 0 or > 1 << 16)) throw to.Unsupported(op, $"has the padding [{string.Join(", ", pads)}]");
        var ordered = new long[2 * axes];
        for (var axis = 0; axis < axes; axis++)
        {
            ordered[TfLiteConversion.OnnxAxis(axis, axes)] = pads[2 * axis];
            ordered[axes + TfLiteConversion.OnnxAxis(axis, axes)] = pads[2 * axis + 1];
        }
        var zero = to.StaysQuantised(input) ? to.Byte(input.Zero) : to.Scalar(0);
        var padded = to.Graph.Node("Pad", [to.Stored(input.Index), to.Graph.Integers("pads", ordered), zero], TfLiteConversion.HintOf(input));
        to.SetStored(op.Outputs[0], padded, input);
    }
}
