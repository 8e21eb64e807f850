namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>SPLIT into equal parts; the axis is the first input.</summary>
[TfLiteOperator(49, "SPLIT")]
internal sealed class SplitOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2, op.Outputs.Length);
        var input = to.Tensor(op.Inputs[1]);
        var numbers = to.Integers(op, op.Inputs[0]);
        var parts = op.Outputs.Length;
        if (numbers.Length != 1) throw to.Unsupported(op, "has no single axis");
        var axis = to.Axis(op, numbers[0], input.Shape.Length);
        var length = input.Shape[TfLiteConversion.FileAxis(axis, input.Shape.Length)];
        if (parts == 0 || length % parts != 0) throw to.Unsupported(op, $"splits {length} channels into {parts} parts");
        var sizes = to.Graph.Integers("split", [.. Enumerable.Repeat((long)(length / parts), parts)]);
        var names = to.Graph.Nodes("Split", [to.Stored(input.Index), sizes], parts, TfLiteConversion.HintOf(input), ("axis", axis));
        for (var i = 0; i < parts; i++) to.SetStored(op.Outputs[i], names[i], input);
    }
}
