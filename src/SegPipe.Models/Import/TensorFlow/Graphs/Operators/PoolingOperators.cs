namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>MaxPool, AvgPool and Mean over whole planes.</summary>
internal static class PoolingOperators
{
    public static GraphValue MaxPool(OperatorCall call) => new FeatureValue(call.Layers.Pool("MaxPool", call.Feature(0), Window(call), call.Node.Name));

    public static GraphValue AveragePool(OperatorCall call)
    {
        var (x, window) = (call.Feature(0), Window(call));
        // A window as large as the planes were published means their mean, at any other input size too.
        var whole = window.Margins is not null && (window.Width, window.Height) == (x.Published.Width, x.Published.Height);
        return new FeatureValue(whole ? call.Layers.Mean(x, call.Node.Name) : call.Layers.Pool("AveragePool", x, window, call.Node.Name));
    }

    public static GraphValue Mean(OperatorCall call)
    {
        long[] axes = [.. call.Integers(1).Order()];
        if (axes is not ([1, 2] or [-3, -2]) || call.Node.Integer("keep_dims") == 0) throw call.Refuse("only means over rows and columns that keep the axes are supported");
        return new FeatureValue(call.Layers.Mean(call.Feature(0), call.Node.Name));
    }

    private static Window Window(OperatorCall call)
    {
        call.Require("data_format", "NHWC");
        var (height, width) = ConvolutionOperators.Pair(call, "ksize");
        return ConvolutionOperators.WindowOf(call, height, width, rates: null);
    }
}
