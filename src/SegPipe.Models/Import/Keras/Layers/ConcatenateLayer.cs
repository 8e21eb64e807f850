namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Values side by side on one axis.</summary>
[KerasLayer("Concatenate")]
internal sealed class ConcatenateLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        if (call.Inputs.Count == 0) throw call.Fault("it has no inputs");
        var (first, axis) = (call.Inputs[0], call.Config.Whole("axis", -1));
        var onnx = KerasAxes.ToOnnx(call, first, axis);
        var keras = axis < 0 ? axis + first.Shape.Count : axis - 1;
        long length = 0;
        foreach (var input in call.Inputs)
        {
            if (input.Shape.Count != first.Shape.Count || input.Shape.Where((extent, i) => i != keras && extent != first.Shape[i]).Any())
                throw call.Fault($"its inputs {string.Join('×', first.Shape)} and {string.Join('×', input.Shape)} do not fit together (is the input size another than the file's?)");
            length += input.Shape[keras];
        }
        var shape = call.Shaped([.. first.Shape.Select((extent, i) => i == keras ? (int)Math.Min(length, int.MaxValue) : extent)]);
        return new(shape, call.Node("Concat", [.. call.Inputs.Select(input => input.Value(call.Graph))], ("axis", (long)onnx)));
    }
}
