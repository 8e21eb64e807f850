using SegPipe.Testing.TfLite;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>A float network of the operators that the quantised ones leave out: float16 weights, splits, shuffles, activations, a softmax.</summary>
internal static class FloatNetwork
{
    private static readonly int[] Map = [1, 3, 4, 4], Half = [1, 3, 4, 2];

    /// <summary>Input 8×6, four classes, a class map at the input's size.</summary>
    public static byte[] Write()
    {
        var file = new TfLiteFile();
        int Real(params int[] shape) => file.Value(TfLiteFile.Float32, shape);
        var (input, padded, weights, stem, swish) = (Real(1, 6, 8, 3), Real(1, 8, 10, 3), Real(4, 3, 3, 3), Real(Map), Real(Map));
        var stored = file.Constant(TfLiteFile.Float16, [4, 3, 3, 3], [.. Enumerable.Range(0, 108).Select(i => (Half)(i * 11 % 16 / 32f - 0.2f))]);
        file.Operator(6, [stored], [weights]).Operator(34, [input, file.Constant(TfLiteFile.Int32, [4, 2], [0, 0, 1, 1, 1, 1, 0, 0])], [padded]);
        file.Operator(3, [padded, weights, -1], [stem], (0, (byte)1), (1, 2), (2, 2)).Operator(117, [stem], [swish]);
        var (left, right, gate, product, difference, joined) = (Real(Half), Real(Half), Real(Half), Real(Half), Real(Half), Real(Map));
        file.Operator(49, [file.Constant(TfLiteFile.Int32, [], [3]), swish], [left, right], (0, 2)).Operator(14, [left], [gate]);
        file.Operator(18, [gate, right], [product]).Operator(41, [product, file.Constant(TfLiteFile.Float32, [2], [0.5f, 1f])], [difference], (0, (byte)1));
        file.Operator(2, [difference, product], [joined], (0, 3));
        var (pooled, clipped, rectified) = (Real(Map), Real(Map), Real(Map));
        file.Operator(17, [Shuffled(file, joined)], [pooled], (1, 1), (2, 1), (3, 3), (4, 3)).Operator(21, [pooled], [clipped]).Operator(19, [clipped], [rectified]);
        var (cell, flat, deep, tiled, logits) = (Real(1, 1, 1, 4), Real(1, 1, 4), Real(1, 1, 1, 4), Real(Map), Real(Map));
        file.Operator(40, [rectified, file.Integers(1, 2)], [cell], (0, true)).Operator(43, [cell], [flat]).Operator(70, [flat, file.Integers(1)], [deep]);
        file.Operator(69, [deep, file.Integers(1, 3, 4, 1)], [tiled]).Operator(0, [tiled, rectified], [logits]);
        var (large, shares, best, labels) = (Real(1, 6, 8, 4), Real(1, 6, 8, 4), file.Value(TfLiteFile.Int64, [1, 6, 8]), file.Value(TfLiteFile.Int32, [1, 6, 8]));
        file.Operator(23, [logits, file.Integers(6, 8)], [large]).Operator(25, [large], [shares], (0, 1f));
        return file.Operator(56, [shares, file.Integers(3)], [best]).Operator(53, [best], [labels]).Write([input], [labels]);
    }

    private static int Shuffled(TfLiteFile file, int map)
    {
        var (apart, turned, back) = (file.Value(TfLiteFile.Float32, [1, 12, 2, 2]), file.Value(TfLiteFile.Float32, [1, 12, 2, 2]), file.Value(TfLiteFile.Float32, Map));
        file.Operator(22, [map, file.Integers(1, 12, 2, 2)], [apart]).Operator(39, [apart, file.Integers(0, 1, 3, 2)], [turned]).Operator(22, [turned, file.Integers(1, 3, 4, 4)], [back]);
        return back;
    }
}
