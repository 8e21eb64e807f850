namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>
/// A depthwise convolution; kernel as rows, columns, channels, multiplier. Files of Keras 2.15 carry the argument <c>groups</c>, which
/// means nothing here.
/// </summary>
[KerasLayer("DepthwiseConv2D")]
internal sealed class DepthwiseConv2DLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var arrays = call.Weights(call.Config.Flag("use_bias", true) ? 2 : 1);
        if (arrays[0].Shape is not [var rows, var columns, var channels, var multiplier] || channels != call.Map.Channels)
            throw call.Fault($"its kernel is {string.Join('×', arrays[0].Shape)} for {call.Map.Channels} channels");

        var kernel = arrays[0].Values;
        var weights = new float[kernel.Length];
        var (cells, outputs) = (rows * columns, channels * multiplier);
        for (var cell = 0; cell < cells; cell++)
            for (var output = 0; output < outputs; output++) weights[output * cells + cell] = kernel[cell * outputs + output];
        return Convolution.Of(call, weights, [outputs, 1, rows, columns], arrays.Count == 2 ? arrays[1].Values : null, channels);
    }
}
