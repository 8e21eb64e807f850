namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>ADD, SUB and MUL, with broadcasting of constants along the channels.</summary>
[TfLiteOperator(0, "ADD")]
[TfLiteOperator(18, "MUL")]
[TfLiteOperator(41, "SUB")]
internal sealed class ElementwiseOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var axes = to.Tensor(op.Outputs[0]).Shape.Length;
        var onnx = op.Kind switch { 0 => "Add", 18 => "Mul", _ => "Sub" };
        var result = to.Graph.Node(onnx, [to.Operand(op, op.Inputs[0], axes), to.Operand(op, op.Inputs[1], axes)], TfLiteConversion.HintOf(to.Tensor(op.Outputs[0])));
        to.SetReal(op.Outputs[0], result, activation: Activation.Range(op, to, op.Options.Byte(0)));
    }
}
