namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Arithmetic of planes with channels' constants, of planes with planes, and of constants.</summary>
internal static class ArithmeticOperators
{
    public static GraphValue Add(OperatorCall call)
    {
        if (Constants(call, (a, b) => a + b, (a, b) => a + b) is { } folded) return folded;
        if (Other(call) is { } constant) return Affine(call, constant, scale: _ => 1, shift: v => v);
        var (x, y) = (call.Feature(0), call.Feature(1));
        if ((x.Channels, x.Size) != (y.Channels, y.Size)) throw call.Refuse($"{x.Channels} planes of {x.Size} and {y.Channels} of {y.Size} cannot be added");
        return new FeatureValue(call.Layers.Add(x, y, call.Node.Name));
    }

    public static GraphValue Subtract(OperatorCall call)
    {
        if (Constants(call, (a, b) => a - b, (a, b) => a - b) is { } folded) return folded;
        return Other(call) switch
        {
            1 => Affine(call, 1, scale: _ => 1, shift: v => -v),
            0 => Affine(call, 0, scale: _ => -1, shift: v => v),
            _ => throw call.Refuse("only the subtraction of constants is supported"),
        };
    }

    public static GraphValue Multiply(OperatorCall call) =>
        Constants(call, (a, b) => a * b, (a, b) => a * b)
        ?? (Other(call) is { } constant ? Affine(call, constant, scale: v => v, shift: _ => 0) : throw call.Refuse("only the multiplication by constants is supported"));

    public static GraphValue Divide(OperatorCall call) =>
        Constants(call, (a, b) => a / b, null)
        ?? (Other(call) == 1 ? Affine(call, 1, scale: v => 1 / v, shift: _ => 0) : throw call.Refuse("only the division by constants is supported"));

    /// <summary>A function of whole numbers, as shapes are reckoned with.</summary>
    public static GraphValue Whole(OperatorCall call, Func<long, long, long> function) =>
        Constants(call, null, function) ?? throw call.Refuse("it is supported for constants only");

    private static int? Other(OperatorCall call) => (call.Input(0), call.Input(1)) switch
    {
        (_, ConstantValue) => 1,
        (ConstantValue, _) => 0,
        _ => null,
    };

    private static GraphValue Affine(OperatorCall call, int constant, Func<float, float> scale, Func<float, float> shift)
    {
        return ConvolutionOperators.Apply(call, Of, 1 - constant);
        ChannelAffine Of(int count)
        {
            var values = call.Channels(constant, count);
            return new([.. values.Select(scale)], [.. values.Select(shift)]);
        }
    }

    private static ConstantValue? Constants(OperatorCall call, Func<float, float, float>? reals, Func<long, long, long>? integers)
    {
        if ((call.Input(0), call.Input(1)) is not (ConstantValue { Values: var a }, ConstantValue { Values: var b })) return null;
        if (a.Count != b.Count && a.Count != 1 && b.Count != 1) throw call.Refuse($"constants of the shapes {a.ShapeText} and {b.ShapeText} are not supported");
        var count = Math.Min(a.Count, b.Count) == 0 ? 0 : Math.Max(a.Count, b.Count);
        var shape = a.Count >= b.Count ? a.Shape : b.Shape;
        call.Conversion.Keep(call, count);
        return (a, b) switch
        {
            ({ Reals: { } x }, { Reals: { } y }) when reals is not null => new(TensorValues.Of(Each(x, y, count, reals), shape)),
            ({ Integers: { } x }, { Integers: { } y }) when integers is not null => new(TensorValues.Of(Each(x, y, count, integers), shape)),
            _ => throw call.Refuse("constants of these element types are not supported"),
        };
    }

    private static T[] Each<T>(T[] a, T[] b, int count, Func<T, T, T> function) =>
        [.. Enumerable.Range(0, count).Select(i => function(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]))];
}
