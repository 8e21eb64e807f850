namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>A softmax over an axis.</summary>
[KerasLayer("Softmax")]
internal sealed class SoftmaxLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call) =>
        new([.. call.Input.Shape], Activations.Softmax(call, call.Input, call.Input.Value(call.Graph), call.Config.Whole("axis", -1)));
}
