namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Refuses layers that hold code: an import executes nothing.</summary>
[KerasLayer("Lambda")]
[KerasLayer("TFOpLambda")]
[KerasLayer("SlicingOpLambda")]
internal sealed class LambdaLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call) =>
        throw call.Fault("it holds Python code or a call of TensorFlow, and an import executes nothing; replace it by a layer of Keras, or export the model to ONNX or TFLite");
}
