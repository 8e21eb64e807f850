namespace SegPipe.Models.Import.Keras;

/// <summary>Translates between Keras' order of axes (channels last) and the graph's (channels first).</summary>
internal static class KerasAxes
{
    /// <summary>The graph's axis for one of Keras', which counts the batch as 0 and may be negative.</summary>
    public static int ToOnnx(KerasLayerCall call, KerasTensor input, int axis)
    {
        var rank = input.Shape.Count + 1;
        var place = axis < 0 ? axis + rank : axis;
        if (place < 1 || place >= rank) throw call.Fault($"axis {axis} is not one of its input's");
        return !input.IsMap ? place : place == 3 ? 1 : place + 1;
    }

    /// <summary>The value with its elements in Keras' order.</summary>
    public static string ToKeras(KerasLayerCall call, KerasTensor input) =>
        NeedsMove(input) ? call.Node("Transpose", [input.Value(call.Graph)], ("perm", new long[] { 0, 2, 3, 1 })) : input.Value(call.Graph);

    /// <summary>A value of Keras' order and the shape given, as the graph has it.</summary>
    public static KerasTensor Reshaped(KerasLayerCall call, string value, int[] shape)
    {
        var target = new KerasTensor(shape);
        long[] axes = target.IsMap && !NeedsMove(target) ? [1, shape[2], shape[0], shape[1]] : [1, .. shape.Select(axis => (long)axis)];
        var reshaped = call.Node("Reshape", [value, call.Graph.Integers($"{call.Layer.Name}/shape", axes)]);
        return new(shape, NeedsMove(target) ? call.Node("Transpose", [reshaped], ("perm", new long[] { 0, 3, 1, 2 })) : reshaped);
    }

    // With one cell or one channel both orders are the same bytes.
    private static bool NeedsMove(KerasTensor tensor) => tensor.IsMap && tensor.Channels > 1 && tensor.Rows * (long)tensor.Columns > 1;
}
