namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>RESIZE_BILINEAR: the flags decide how places of the output map to the input.</summary>
[TfLiteOperator(23, "RESIZE_BILINEAR")]
internal sealed class ResizeOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var (input, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Outputs[0]));
        var size = to.Integers(op, op.Inputs[1]);
        if (input.Shape.Length != 4 || size.Length != 2 || size.Any(side => side is < 1 or > 1 << 16)) throw to.Unsupported(op, $"resizes [{string.Join(", ", input.Shape)}] to [{string.Join(", ", size)}]");
        // Some networks resize to the size that they have; the numbers pass through as they are.
        if (size[0] == input.Shape[1] && size[1] == input.Shape[2] && Same(input, output)) to.SetStored(output.Index, to.Stored(input.Index), input);
        else to.SetNumbers(output.Index, Resize(to, to.Numbers(input.Index), [1, input.Shape[3], size[0], size[1]], CoordinatesOf(op.Options), TfLiteConversion.HintOf(output)), input);
    }

    /// <summary>ONNX's word for the rule of a resize.</summary>
    public static string CoordinatesOf(FlatTable options) => options.Bool(2) ? "align_corners" : options.Bool(3) ? "half_pixel" : "asymmetric";

    /// <summary>Adds a bilinear resize.</summary>
    public static string Resize(TfLiteConversion to, string value, long[] sizes, string coordinates, string hint) =>
        to.Graph.Node("Resize", [value, "", "", to.Graph.Integers("size", sizes)], hint,
            ("mode", "linear"), ("coordinate_transformation_mode", coordinates));

    private static bool Same(TfLiteTensor a, TfLiteTensor b) => a.Type == b.Type && (!a.IsQuantised || !b.IsQuantised || a.Quantisation!.Same(b.Quantisation!));
}
