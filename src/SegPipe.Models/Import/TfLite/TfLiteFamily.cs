using SegPipe.Models.Import.TfLite.Operators;

namespace SegPipe.Models.Import.TfLite;

/// <summary>What a network's structure says about its origin.</summary>
/// <param name="Name">The family.</param>
/// <param name="Normalisation">How colours are prepared, where the file takes real numbers.</param>
internal sealed record TfLiteFamily(string Name, Normalisation Normalisation)
{
    private const int AveragePool = 1, DepthwiseConvolution = 4, Resize = 23, Mean = 40, StridedSlice = 45, Split = 49, Tile = 69, Shuffle = -1;

    /// <summary>What most networks want.</summary>
    public static TfLiteFamily Unknown { get; } = new("unknown", Normalisation.Signed);

    /// <summary>Recognises the family by operators, never by names; null if it is none of the known ones.</summary>
    public static TfLiteFamily? Of(IReadOnlyList<TfLiteOperator> operators)
    {
        int Count(params int[] kinds) => operators.Count(op => kinds.Contains(op.Kind));
        if (Count(Shuffle) > 0)
        {
            // Branches of the DPC head look far around; the scaling to −1…1 is inside of the graph.
            var dense = operators.Any(op => op.Kind == DepthwiseConvolution && (op.Options.Int32(5, 1) > 6 || op.Folded is { Dilation.Columns: > 6 }));
            return new(dense ? "shufflenet_v2_dpc" : "shufflenet_v2_basic", Normalisation.Bytes);
        }
        if (Count(AveragePool) >= 3 && Count(Split, StridedSlice) >= 3)
        {
            var second = operators.Any(op => op.Kind == Resize && ResizeOperator.CoordinatesOf(op.Options) == "half_pixel");
            return new("mosaic", second ? Normalisation.Imagenet : Normalisation.Signed);
        }
        if (Count(DepthwiseConvolution) >= 10 && Count(AveragePool, Mean) == 1)
            return new(Count(Tile) > 0 ? "deeplab_v3_mobilenet_edgetpu" : "deeplab_v3_mobilenetv2", Normalisation.Signed);
        return null;
    }
}
