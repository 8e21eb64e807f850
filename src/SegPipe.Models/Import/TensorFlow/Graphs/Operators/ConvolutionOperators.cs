namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Conv2D, DepthwiseConv2dNative and what is folded into their weights: BiasAdd and batch normalisation.</summary>
internal static class ConvolutionOperators
{
    public static GraphValue Conv2D(OperatorCall call) => Convolve(call, depthwise: false);

    public static GraphValue Depthwise(OperatorCall call) => Convolve(call, depthwise: true);

    public static GraphValue BiasAdd(OperatorCall call)
    {
        call.Require("data_format", "NHWC");
        return Apply(call, count => new([.. Enumerable.Repeat(1f, count)], call.Channels(1, count)));
    }

    public static GraphValue BatchNorm(OperatorCall call)
    {
        call.Require("data_format", "NHWC");
        if (call.Node.Integer("is_training", 1) != 0) throw call.Refuse("it is in training mode; freeze the graph for inference");
        var epsilon = call.Node.Real("epsilon", 1e-4f);
        return Apply(call, count => ChannelAffine.BatchNorm(call.Channels(1, count), call.Channels(2, count), call.Channels(3, count), call.Channels(4, count), epsilon));
    }

    /// <summary>Applies a factor and a summand a channel to input 0: folded into a convolution that nothing else uses, otherwise as an operator.</summary>
    public static GraphValue Apply(OperatorCall call, Func<int, ChannelAffine> affine, int input = 0)
    {
        switch (call.Input(input))
        {
            case PictureValue picture:
                return new PictureValue(picture.Normalisation.Then(affine(3)));
            case ConvolutionValue convolution when call.IsSoleUser(input) || convolution.Batched:
                call.Conversion.Keep(call, 2 * convolution.Kernel.Outputs);
                return convolution with { Kernel = convolution.Kernel.Then(affine(convolution.Kernel.Outputs)) };
            default:
                var x = call.Feature(input);
                return new FeatureValue(call.Layers.Apply(affine(x.Channels), x, call.Node.Name));
        }
    }

    private static ConvolutionValue Convolve(OperatorCall call, bool depthwise)
    {
        call.Require("data_format", "NHWC");
        var batched = call.Input(0) as BatchedValue;
        var x = batched?.Source ?? call.Feature(0);
        var weights = call.Constant(1);
        if (!Kernel.Fits(weights, x.Channels)) throw call.Refuse($"weights of the shape {weights.ShapeText} do not fit {x.Channels} channels");
        var kernel = Kernel.Of(weights, depthwise);
        var window = WindowOf(call, kernel.Height, kernel.Width, "dilations");
        if (batched is not null)
        {
            if (window is not { Margins: not null, StrideX: 1, StrideY: 1, RateX: 1, RateY: 1 }) throw call.Refuse("behind SpaceToBatchND only VALID padding without stride is supported");
            window = window with { RateY = batched.RateY, RateX = batched.RateX, Margins = batched.Margins };
        }

        return new(x, kernel, window, batched is not null, call.Node.Name);
    }

    /// <summary>The window of a convolution or a pooling.</summary>
    public static Window WindowOf(OperatorCall call, int height, int width, string? rates)
    {
        var (strideY, strideX) = Pair(call, "strides");
        var (rateY, rateX) = rates is null ? (1, 1) : Pair(call, rates);
        Margins? margins = call.Node.Text("padding") switch
        {
            "SAME" => null,
            "VALID" => new Margins(0, 0, 0, 0),
            var other => throw call.Refuse($"the padding {Damage.Shown(other)} is not supported"),
        };
        return new(height, width, strideY, strideX, rateY, rateX, margins);
    }

    /// <summary>Rows and columns of an attribute with four numbers; 1 and 1 where it is missing.</summary>
    public static (int Y, int X) Pair(OperatorCall call, string attribute) => call.Node.Integers(attribute) switch
    {
        [] => (1, 1),
        [1, >= 1 and <= 16384 and var y, >= 1 and <= 16384 and var x, 1] => ((int)y, (int)x),
        var values => throw call.Refuse($"{attribute} are [{string.Join(", ", values.Take(8))}]"),
    };
}
