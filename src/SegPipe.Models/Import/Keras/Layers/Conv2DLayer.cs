namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>A convolution; kernel as rows, columns, inputs of a group, outputs.</summary>
[KerasLayer("Conv2D")]
internal sealed class Conv2DLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var arrays = call.Weights(call.Config.Flag("use_bias", true) ? 2 : 1);
        var groups = call.Config.Whole("groups", 1);
        if (arrays[0].Shape is not [var rows, var columns, var inputs, var outputs]) throw call.Fault($"its kernel has {arrays[0].Shape.Length} axes instead of four");
        if (groups < 1 || (long)inputs * groups != call.Map.Channels || outputs % groups != 0)
            throw call.Fault($"its kernel is {string.Join('×', arrays[0].Shape)} with {groups} groups for {call.Map.Channels} channels");

        var kernel = arrays[0].Values;
        var weights = new float[kernel.Length];
        var cells = rows * columns;
        for (var cell = 0; cell < cells; cell++)
            for (var input = 0; input < inputs; input++)
                for (var output = 0; output < outputs; output++) weights[(output * inputs + input) * cells + cell] = kernel[(cell * inputs + input) * outputs + output];
        return Convolution.Of(call, weights, [outputs, inputs, rows, columns], arrays.Count == 2 ? arrays[1].Values : null, groups);
    }
}
