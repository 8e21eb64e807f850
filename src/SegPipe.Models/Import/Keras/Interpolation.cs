namespace SegPipe.Models.Import.Keras;

/// <summary>Keras' ways to change the size of a map, all of them with half-pixel centres.</summary>
internal static class Interpolation
{
    /// <summary>The map at another size.</summary>
    public static KerasTensor Resize(KerasLayerCall call, long rows, long columns, string interpolation)
    {
        var input = call.Map;
        var shape = call.Shaped((int)Math.Min(rows, int.MaxValue), (int)Math.Min(columns, int.MaxValue), input.Channels);
        if (shape.SequenceEqual(input.Shape)) return call.Passed();
        var sizes = call.Graph.Integers($"{call.Layer.Name}/sizes", 1, input.Channels, rows, columns);
        string[] inputs = [input.Value(call.Graph), "", "", sizes];
        return new(shape, interpolation switch
        {
            "bilinear" => call.Node("Resize", inputs, ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")),
            // floor((x + 0.5) · scale): half_pixel's − 0.5 and rounding up at a half come to the same.
            "nearest" => call.Node("Resize", inputs, ("mode", "nearest"), ("coordinate_transformation_mode", "half_pixel"), ("nearest_mode", "round_prefer_ceil")),
            _ => throw call.Fault($"interpolation '{interpolation}' is not supported"),
        });
    }
}
