namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>A ReLU, with a slope below 0 or a largest value if it has one.</summary>
[KerasLayer("ReLU")]
internal sealed class ReluLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var (max, slope) = (call.Config.Number("max_value", float.PositiveInfinity), call.Config.Number("negative_slope", 0));
        if (call.Config.Number("threshold", 0) != 0) throw call.Fault("a threshold other than 0 is not supported");
        if (slope != 0 && float.IsFinite(max)) throw call.Fault("a slope together with a largest value is not supported");
        var input = call.Input;
        var value = input.Value(call.Graph);
        return new([.. input.Shape], slope != 0 ? call.Node("LeakyRelu", [value], ("alpha", slope))
            : float.IsFinite(max) ? call.Node("Clip", [value, call.Scalar(0), call.Scalar(max)])
            : call.Node("Relu", [value]));
    }
}
