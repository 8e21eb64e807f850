namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>The operators of TensorFlow that can be converted.</summary>
internal static class Operators
{
    private static readonly Dictionary<string, Func<OperatorCall, GraphValue>> Single = new(StringComparer.Ordinal)
    {
        ["Placeholder"] = call => call.Conversion.Placeholder(call),
        ["Const"] = ConstantOperators.Const,
        ["Identity"] = call => call.Input(0),
        ["StopGradient"] = call => call.Input(0),
        ["CheckNumerics"] = call => call.Input(0),
        ["Shape"] = ConstantOperators.Shape,
        ["StridedSlice"] = ConstantOperators.StridedSlice,
        ["Pack"] = ConstantOperators.Pack,
        ["ExpandDims"] = ConstantOperators.ExpandDims,
        ["Conv2D"] = ConvolutionOperators.Conv2D,
        ["DepthwiseConv2dNative"] = ConvolutionOperators.Depthwise,
        ["BiasAdd"] = ConvolutionOperators.BiasAdd,
        ["FusedBatchNorm"] = ConvolutionOperators.BatchNorm,
        ["FusedBatchNormV2"] = ConvolutionOperators.BatchNorm,
        ["FusedBatchNormV3"] = ConvolutionOperators.BatchNorm,
        ["SpaceToBatchND"] = AtrousOperators.SpaceToBatch,
        ["BatchToSpaceND"] = AtrousOperators.BatchToSpace,
        ["MaxPool"] = PoolingOperators.MaxPool,
        ["AvgPool"] = PoolingOperators.AveragePool,
        ["Mean"] = PoolingOperators.Mean,
        ["Add"] = ArithmeticOperators.Add,
        ["AddV2"] = ArithmeticOperators.Add,
        ["Sub"] = ArithmeticOperators.Subtract,
        ["Mul"] = ArithmeticOperators.Multiply,
        ["RealDiv"] = ArithmeticOperators.Divide,
        ["FloorDiv"] = call => ArithmeticOperators.Whole(call, (a, b) => b == 0 ? throw call.Refuse("it divides by zero") : (long)Math.Floor((double)a / b)),
        ["FloorMod"] = call => ArithmeticOperators.Whole(call, (a, b) => b == 0 ? throw call.Refuse("it divides by zero") : (a % b + b) % b),
        ["Maximum"] = call => ArithmeticOperators.Whole(call, Math.Max),
        ["Minimum"] = call => ArithmeticOperators.Whole(call, Math.Min),
        ["Relu"] = ActivationOperators.Relu,
        ["Relu6"] = ActivationOperators.Relu6,
        ["Sigmoid"] = ActivationOperators.Sigmoid,
        ["Softmax"] = ActivationOperators.Softmax,
        ["ConcatV2"] = ChannelOperators.Concat,
        ["Reshape"] = ChannelOperators.Reshape,
        ["Transpose"] = ChannelOperators.Transpose,
        ["ResizeBilinear"] = ResizeOperator.ResizeBilinear,
        ["ArgMax"] = LabelOperators.ArgMax,
        ["Cast"] = LabelOperators.Cast,
    };

    /// <summary>Converts an operator to the values that it gives.</summary>
    /// <exception cref="SegPipeException">65: it is not supported, or not in this combination.</exception>
    public static GraphValue[] Convert(OperatorCall call) => call.Node.Op switch
    {
        "Split" => ChannelOperators.Split(call, axis: 0, value: 1),
        "SplitV" => ChannelOperators.SplitV(call),
        "NoOp" or "Assert" => [],
        var op when Single.TryGetValue(op, out var convert) => [convert(call)],
        _ => throw call.Refuse("this operator is not supported"),
    };
}
