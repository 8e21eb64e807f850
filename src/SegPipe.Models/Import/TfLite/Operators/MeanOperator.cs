namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>MEAN over rows and columns, as global average pooling is written.</summary>
[TfLiteOperator(40, "MEAN")]
internal sealed class MeanOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var (input, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Outputs[0]));
        var axes = to.Integers(op, op.Inputs[1]).Select(axis => axis < 0 ? axis + 4 : axis).Order().ToArray();
        if (input.Shape.Length != 4 || axes is not [1, 2]) throw to.Unsupported(op, $"is over the axes [{string.Join(", ", axes)}] of {input.Shape.Length}");
        var mean = to.Graph.Node("GlobalAveragePool", [to.Real(input.Index)], TfLiteConversion.HintOf(output));
        if (!op.Options.Bool(0)) mean = to.Graph.Node("Flatten", [mean]);
        to.SetReal(output.Index, mean, to.RangeOf(input));
    }
}
