using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>ADD, SUB and MUL, with broadcasting of constants along the channels.</summary>
[TfLiteOperator(0, "ADD")]
[TfLiteOperator(18, "MUL")]
[TfLiteOperator(41, "SUB")]
internal sealed class ElementwiseOperator : ITfLiteOperator
{
    private const int Add = 0, Multiply = 18;

    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var (a, b, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Inputs[1]), to.Tensor(op.Outputs[0]));
        var activation = Activation.Range(op, to, op.Options.Byte(0));
        if (op.Kind != 41 && to.StaysQuantised(a) && to.StaysQuantised(b) && to.StaysQuantised(output))
        {
            if (op.Kind == Add) Added(op, to, a, b, output, activation);
            else Multiplied(op, to, a, b, output, activation);
            return;
        }
        var onnx = op.Kind switch { Add => "Add", Multiply => "Mul", _ => "Sub" };
        var axes = output.Shape.Length;
        var result = to.Graph.Node(onnx, [to.Broadcast(op, a, axes, to.Real(a.Index)), to.Broadcast(op, b, axes, to.Real(b.Index))], TfLiteConversion.HintOf(output));
        to.SetReal(output.Index, result, activation: activation);
    }

    private static void Added(TfLiteOperator op, TfLiteConversion to, TfLiteTensor a, TfLiteTensor b, TfLiteTensor output, (float Low, float High) activation)
    {
        var fit = to.Fit(a, b, output);
        string Scaled(TfLiteTensor tensor, float scale) => to.Broadcast(op, tensor, output.Shape.Length,
            to.Graph.Node("DequantizeLinear", [to.Stored(tensor.Index), to.Scalar(scale), to.Byte(tensor.Zero)]));

        // Sum, since the runtime would make an integer kernel of Add between quantised values, which rounds in another way.
        var sum = to.Graph.Node("Sum", [Scaled(a, fit.A), Scaled(b, fit.B)]);
        to.SetSums(output.Index, sum, new(RequantisationForm.Offset, [0], [fit.Divisor], 0), [new(default, 0, default, TfLiteConversion.Results(output, activation))]);
    }

    private static void Multiplied(TfLiteOperator op, TfLiteConversion to, TfLiteTensor a, TfLiteTensor b, TfLiteTensor output, (float Low, float High) activation)
    {
        string Number(TfLiteTensor tensor) => to.Broadcast(op, tensor, output.Shape.Length, to.Differences(tensor.Index, tensor.Zero));
        var product = to.Graph.Node("Mul", [Number(a), Number(b)]);
        long[] corners = [(long)a.Zero * b.Zero, -(long)a.Zero * (255 - b.Zero), -(long)b.Zero * (255 - a.Zero), (255L - a.Zero) * (255 - b.Zero)];
        ChannelRequantisation[] all = [new(FixedPoint.Of(a.Scale * b.Scale / output.Scale), 0, (corners.Min(), corners.Max()), TfLiteConversion.Results(output, activation))];
        to.SetSums(output.Index, product, all);
    }
}
