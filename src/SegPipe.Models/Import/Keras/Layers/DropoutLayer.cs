namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Layers that do something in training only: the value passes.</summary>
[KerasLayer("Dropout")]
[KerasLayer("SpatialDropout2D")]
[KerasLayer("GaussianNoise")]
[KerasLayer("ActivityRegularization")]
internal sealed class DropoutLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call) => call.Passed();
}
