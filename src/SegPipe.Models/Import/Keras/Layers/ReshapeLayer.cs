namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Other axes for the same elements, in Keras' order.</summary>
[KerasLayer("Reshape")]
internal sealed class ReshapeLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var shape = (call.Config.List("target_shape") ?? throw call.Fault("target_shape is missing")).Select(axis => call.Config.Whole("target_shape", axis)).ToArray();
        var count = call.Input.Shape.Aggregate(1L, (product, axis) => product * axis);
        var open = Array.IndexOf(shape, -1);
        if (open >= 0)
        {
            var others = shape.Where((_, i) => i != open).Aggregate(1L, (product, axis) => KerasTensor.IsUsable([axis]) ? Math.Min(product * axis, int.MaxValue) : int.MaxValue);
            shape[open] = (int)(count / others);
        }
        if (call.Shaped(shape).Aggregate(1L, (product, axis) => product * axis) != count)
            throw call.Fault($"{string.Join('×', call.Input.Shape)} cannot become {string.Join('×', shape)}");
        return KerasAxes.Reshaped(call, KerasAxes.ToKeras(call, call.Input), shape);
    }
}
