namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>A factor and an addition, for all channels or for each.</summary>
[KerasLayer("Rescaling")]
internal sealed class RescalingLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var (scale, offset) = (call.Config.Numbers("scale", 1), call.Config.Numbers("offset", 0));
        var input = call.Map;
        var scaled = call.Node("Mul", [input.Value(call.Graph), PerChannel(call, scale, "scale")]);
        return new([.. input.Shape], call.Node("Add", [scaled, PerChannel(call, offset, "offset")]));
    }

    private static string PerChannel(KerasLayerCall call, float[] values, string key)
    {
        if (values.Length != 1 && values.Length != call.Map.Channels) throw call.Fault($"{key} has {values.Length} numbers for {call.Map.Channels} channels");
        return call.Graph.Constant<float>($"{call.Layer.Name}/{key}", values, values.Length, 1, 1);
    }
}
