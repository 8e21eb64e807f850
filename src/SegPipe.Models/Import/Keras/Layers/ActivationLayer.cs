namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>An activation by its word.</summary>
[KerasLayer("Activation")]
internal sealed class ActivationLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call) => Activations.Apply(call, call.Passed(), call.Config.Text("activation", "linear"));
}
