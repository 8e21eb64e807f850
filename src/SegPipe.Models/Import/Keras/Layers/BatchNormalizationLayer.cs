namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>A batch normalisation: folded into the convolution before it where nothing else reads that one's result.</summary>
[KerasLayer("BatchNormalization")]
internal sealed class BatchNormalizationLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var (factors, additions) = Line(call);
        if (call.Input is ConvolutionTensor convolution && call.IsOnlyReader)
        {
            convolution.Fold(factors, additions);
            return convolution;
        }

        var input = call.Input;
        long[] shape = input.IsMap ? [factors.Length, 1, 1] : [factors.Length];
        var scaled = call.Node("Mul", [input.Value(call.Graph), Constant(call, factors, "factor", shape)]);
        return new([.. input.Shape], call.Node("Add", [scaled, Constant(call, additions, "addition", shape)]));
    }

    /// <summary>γ / √(variance + ε), and β − mean · that.</summary>
    private static (double[] Factors, double[] Additions) Line(KerasLayerCall call)
    {
        var (input, axis) = (call.Input, call.Config.Whole("axis", -1));
        if (axis != -1 && axis != input.Shape.Count) throw call.Fault($"axis {axis} is not the channels");
        var (scale, center) = (call.Config.Flag("scale", true), call.Config.Flag("center", true));
        var arrays = call.Weights(2 + (scale ? 1 : 0) + (center ? 1 : 0));
        foreach (var array in arrays)
        {
            if (array.Values.Length != input.Channels) throw call.Fault($"it has {array.Values.Length} numbers for {input.Channels} channels");
        }

        var epsilon = call.Config.Number("epsilon", 1e-3f);
        var (mean, variance) = (arrays[^2].Values, arrays[^1].Values);
        var (factors, additions) = (new double[input.Channels], new double[input.Channels]);
        for (var i = 0; i < factors.Length; i++)
        {
            if (!(variance[i] + epsilon > 0)) throw call.Fault($"its variance of channel {i} is {variance[i]}");
            factors[i] = (scale ? arrays[0].Values[i] : 1.0) / Math.Sqrt((double)variance[i] + epsilon);
            additions[i] = (center ? arrays[scale ? 1 : 0].Values[i] : 0.0) - mean[i] * factors[i];
        }
        return (factors, additions);
    }

    private static string Constant(KerasLayerCall call, double[] values, string hint, long[] shape) =>
        call.Graph.Constant<float>($"{call.Layer.Name}/{hint}", Array.ConvertAll(values, value => (float)value), shape);
}
