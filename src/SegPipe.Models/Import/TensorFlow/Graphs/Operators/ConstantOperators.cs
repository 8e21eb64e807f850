namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Constants, and the arithmetic of shapes, which is done here instead of in the network.</summary>
internal static class ConstantOperators
{
    public static GraphValue Const(OperatorCall call)
    {
        var values = TensorProtoReader.Read(call.Node.Tensor("value") ?? throw call.Refuse("it has no value"));
        call.Conversion.Keep(call, values.Count);
        return new ConstantValue(values);
    }

    public static GraphValue Shape(OperatorCall call)
    {
        if (call.Input(0) is ConstantValue { Values: var values }) return Integers(values.Shape);
        if (call.Input(0) is PictureValue) return Integers([1, call.Conversion.PublishedSize.Height, call.Conversion.PublishedSize.Width, 3]);
        var x = call.Feature(0);
        return Integers([1, x.Published.Height, x.Published.Width, x.Channels]);
    }

    public static GraphValue Pack(OperatorCall call)
    {
        if (call.Node.Integer("axis") != 0) throw call.Refuse("only the first axis is supported");
        return Integers([.. call.Inputs.Select((_, i) => call.Integer(i))]);
    }

    public static GraphValue ExpandDims(OperatorCall call) => call.Constant(0) is { Shape.Length: < 4 } values && call.Integer(1) is 0
        ? new ConstantValue(values.As([1, .. values.Shape]))
        : throw call.Refuse("only the first axis of small constants is supported");

    /// <summary>Constants one after the other.</summary>
    public static GraphValue Concat(OperatorCall call)
    {
        var parts = call.Inputs.SkipLast(1).Select((_, i) => call.Constant(i)).ToList();
        if (call.Integer(parts.Count) is not (0 or -1) || parts.Any(part => part is not { Shape.Length: 1, Integers: not null })) throw call.Refuse("only lists of whole numbers can be concatenated");
        if (parts.Sum(part => (long)part.Count) > 64) throw call.Refuse("the list has more than 64 numbers");
        return Integers([.. parts.SelectMany(part => part.Integers!)]);
    }

    public static GraphValue StridedSlice(OperatorCall call)
    {
        if (call.Constant(0) is not { Integers: { } values, Shape.Length: 1 }) throw call.Refuse("only lists of whole numbers can be sliced");
        if (call.Node.Integer("new_axis_mask") != 0 || call.Node.Integer("ellipsis_mask") != 0) throw call.Refuse("new axes are not supported");
        if ((call.Integers(1), call.Integers(2), call.Integers(3)) is not ([var begin], [var end], [1])) throw call.Refuse("slices of one axis with the stride 1 are supported");
        var first = call.Node.Integer("begin_mask") != 0 ? 0 : Place(begin, values.Length);
        if (call.Node.Integer("shrink_axis_mask") != 0)
        {
            return first < values.Length ? new ConstantValue(TensorValues.Of(new[] { values[first] })) : throw call.Refuse($"there is no element {begin}");
        }

        var last = call.Node.Integer("end_mask") != 0 ? values.Length : Place(end, values.Length);
        return Integers(values[first..Math.Max(first, last)]);
    }

    private static int Place(long index, int length) => (int)Math.Clamp(index < 0 ? index + length : index, 0, length);

    private static ConstantValue Integers(long[] values) => new(TensorValues.Of(values, values.Length));
}
