namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>STRIDED_SLICE, of constants (shapes) and of values; new axes and ellipses are not supported.</summary>
[TfLiteOperator(45, "STRIDED_SLICE")]
internal sealed class StridedSliceOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 4);
        var input = to.Tensor(op.Inputs[0]);
        var (begin, end, stride) = (to.Integers(op, op.Inputs[1]), to.Integers(op, op.Inputs[2]), to.Integers(op, op.Inputs[3]));
        var (options, axes) = (op.Options, input.Shape.Length);
        if (options.Int32(2) != 0 || options.Int32(3) != 0) throw to.Unsupported(op, "has an ellipsis or new axes");
        if (begin.Length > axes || end.Length != begin.Length || stride.Length != begin.Length || stride.Any(step => step != 1)) throw to.Unsupported(op, "has strides or does not fit its input");
        var starts = new long[axes];
        var ends = new long[axes];
        for (var axis = 0; axis < axes; axis++)
        {
            var length = input.Shape[axis];
            starts[axis] = axis >= begin.Length || Bit(options.Int32(0), axis) ? 0 : Place(begin[axis], length);
            ends[axis] = axis >= begin.Length || Bit(options.Int32(1), axis) ? length : Place(end[axis], length);
            // A removed axis takes one element, whatever its end says.
            if (axis < begin.Length && Bit(options.Int32(4), axis)) ends[axis] = Math.Min(starts[axis] + 1, length);
            if (ends[axis] <= starts[axis]) throw to.Unsupported(op, $"takes nothing along axis {axis}");
        }

        if (to.IsConstant(input) && axes == 1)
        {
            to.SetIntegers(op, op.Outputs[0], to.Integers(op, input.Index)[(int)starts[0]..(int)ends[0]]);
            return;
        }

        if (options.Int32(4) != 0) throw to.Unsupported(op, "removes axes of a value");
        to.SetStored(op.Outputs[0], Slice(to, input, starts, ends, TfLiteConversion.HintOf(to.Tensor(op.Outputs[0]))), input);
    }

    private static string Slice(TfLiteConversion to, TfLiteTensor input, long[] starts, long[] ends, string hint)
    {
        long[] axes = [.. Enumerable.Range(0, starts.Length).Where(axis => starts[axis] != 0 || ends[axis] != input.Shape[axis])];
        if (axes.Length == 0) return to.Stored(input.Index);
        return to.Graph.Node("Slice",
        [
            to.Stored(input.Index),
            to.Graph.Integers("starts", [.. axes.Select(axis => starts[axis])]),
            to.Graph.Integers("ends", [.. axes.Select(axis => ends[axis])]),
            to.Graph.Integers("axes", [.. axes.Select(axis => (long)TfLiteConversion.OnnxAxis((int)axis, starts.Length))]),
        ], hint);
    }

    private static bool Bit(int mask, int axis) => (mask >> axis & 1) != 0;

    private static long Place(long place, int length) => Math.Clamp(place < 0 ? place + length : place, 0, length);
}
