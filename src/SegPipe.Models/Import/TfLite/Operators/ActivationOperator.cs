namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>Activation functions that stand alone.</summary>
[TfLiteOperator(14, "LOGISTIC")]
[TfLiteOperator(19, "RELU")]
[TfLiteOperator(21, "RELU6")]
[TfLiteOperator(117, "HARD_SWISH")]
internal sealed class ActivationOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 1);
        var (value, output) = (to.Real(op.Inputs[0]), op.Outputs[0]);
        var hint = TfLiteConversion.HintOf(to.Tensor(output));
        switch (op.Kind)
        {
            case 14: to.SetReal(output, to.Graph.Node("Sigmoid", [value], hint), (0, 1)); break;
            case 117: to.SetReal(output, to.Graph.Node("HardSwish", [value], hint)); break;
            default: to.SetReal(output, value, to.RangeOf(to.Tensor(op.Inputs[0])), Activation.Range(op, to, op.Kind == 19 ? (byte)1 : (byte)3)); break;
        }
    }
}
