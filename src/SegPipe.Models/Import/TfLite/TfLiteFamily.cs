using SegPipe.Models.Import.TfLite.Operators;

namespace SegPipe.Models.Import.TfLite;

/// <summary>What a network's structure says about its origin.</summary>
/// <param name="Name">The family.</param>
/// <param name="Mean">What is subtracted from RGB in 0–1, where the file takes real numbers.</param>
/// <param name="Scale">What the difference is multiplied by.</param>
internal sealed record TfLiteFamily(string Name, float[] Mean, float[] Scale)
{
    private const int AveragePool = 1, DepthwiseConvolution = 4, Resize = 23, Mean_ = 40, StridedSlice = 45, Split = 49, Tile = 69, Shuffle = -1;

    private static readonly float[] Halves = [0.5f, 0.5f, 0.5f];
    private static readonly float[] Twos = [2, 2, 2];

    /// <summary>Recognises the family by operators, never by names; null if it is none of the known ones.</summary>
    public static TfLiteFamily? Of(IReadOnlyList<TfLiteOperator> operators, TfLiteModel model)
    {
        int Count(params int[] kinds) => operators.Count(op => kinds.Contains(op.Kind));
        if (Count(Shuffle) > 0)
        {
            // The scaling to −1…1 is inside of the graph.
            var dense = operators.Any(op => op.Kind == DepthwiseConvolution && (op.Options.Int32(5, 1) > 6 || op.Folded is { Dilation.Rows: > 6 }));
            return new(dense ? "shufflenet_v2_dpc" : "shufflenet_v2_basic", [0, 0, 0], [255, 255, 255]);
        }
        if (Count(AveragePool) >= 3 && Count(Split, StridedSlice) >= 3)
        {
            var second = operators.Any(op => op.Kind == Resize && ResizeOperator.CoordinatesOf(op.Options) == "half_pixel");
            return second ? new("mosaic", [0.485f, 0.456f, 0.406f], [1 / 0.229f, 1 / 0.224f, 1 / 0.225f]) : new("mosaic", Halves, Twos);
        }
        if (Count(DepthwiseConvolution) >= 10 && Count(AveragePool, Mean_) == 1)
            return new(Count(Tile) > 0 ? "deeplab_v3_mobilenet_edgetpu" : "deeplab_v3_mobilenetv2", Halves, Twos);
        return null;
    }
}
