using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>AVERAGE_POOL_2D and MAX_POOL_2D; padding does not count in an average.</summary>
[TfLiteOperator(1, "AVERAGE_POOL_2D")]
[TfLiteOperator(17, "MAX_POOL_2D")]
internal sealed class PoolOperator : ITfLiteOperator
{
    private const int Average = 1;

    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 1);
        var (input, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Outputs[0]));
        var window = Window.Of(op, to, input.Shape, (op.Options.Int32(4), op.Options.Int32(3)), (1, 1));
        var attributes = CollectionsMarshal.AsSpan(window.Attributes(dilated: false));
        var hint = TfLiteConversion.HintOf(output);
        if (op.Options.Byte(5) != 0) throw to.Unsupported(op, "has a fused activation");
        if (op.Kind == Average) to.SetNumbers(output.Index, to.Graph.Node("AveragePool", [to.Numbers(input.Index)], hint, attributes), input);
        else to.SetStored(output.Index, to.Graph.Node("MaxPool", [to.Stored(input.Index)], hint, attributes), input);
    }
}
