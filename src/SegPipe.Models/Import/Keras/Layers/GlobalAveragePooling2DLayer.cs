namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>The average of a map's cells, one number a channel; <c>keepdims</c> leaves it a map of one cell.</summary>
[KerasLayer("GlobalAveragePooling2D")]
internal sealed class GlobalAveragePooling2DLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var input = call.Map;
        var pooled = new KerasTensor([1, 1, input.Channels], call.Node("GlobalAveragePool", [input.Value(call.Graph)]));
        return call.Config.Flag("keepdims", false) ? pooled : KerasAxes.Reshaped(call, pooled.Value(call.Graph), [input.Channels]);
    }
}
