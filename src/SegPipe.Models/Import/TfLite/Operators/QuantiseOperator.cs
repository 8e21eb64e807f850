using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>QUANTIZE, which also changes the scale of what is quantised already, and DEQUANTIZE, which also widens float16 weights.</summary>
[TfLiteOperator(6, "DEQUANTIZE")]
[TfLiteOperator(114, "QUANTIZE")]
internal sealed class QuantiseOperator : ITfLiteOperator
{
    private const int Dequantise = 6;

    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 1);
        var (input, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Outputs[0]));
        if (op.Kind == Dequantise && to.IsConstant(input)) to.SetFloats(op, output.Index, to.Floats(op, input.Index));
        else if (!to.StaysQuantised(output)) to.SetReal(output.Index, to.Real(input.Index), to.RangeOf(input));
        else if (!to.StaysQuantised(input)) to.SetRounded(output.Index, to.Real(input.Index));
        else if (input.Scale == output.Scale && input.Zero == output.Zero) to.SetStored(output.Index, to.Stored(input.Index), null);
        else
        {
            var factor = FixedPoint.Of((double)input.Scale / output.Scale);
            ChannelRequantisation[] all = [new(factor, 0, (-input.Zero, 255 - input.Zero), (-output.Zero, 255 - output.Zero))];
            to.SetSums(output.Index, to.Differences(input.Index, input.Zero), all);
        }
    }
}
