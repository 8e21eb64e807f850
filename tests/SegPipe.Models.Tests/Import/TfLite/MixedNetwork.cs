using SegPipe.Testing.TfLite;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>A network as converters write it that keep an atrous layer in float: quantised at once, float in the middle, and the shape of a pooled branch computed.</summary>
internal static class MixedNetwork
{
    /// <summary>Input 8×6 in −1…1, three classes, enlarged to the input's size.</summary>
    public static byte[] Write()
    {
        var file = new TfLiteFile();
        var input = file.Value(TfLiteFile.Float32, [-1, 6, 8, 3]);
        var picture = file.Value(TfLiteFile.Int8, [-1, 6, 8, 3], 2 / 255f, -1);
        file.Operator(114, [input], [picture]);
        var stem = SmallNetwork.Convolution(file, 3, picture, [4, 3, 3, 3], file.Value(TfLiteFile.Int8, [-1, 3, 4, 4], 0.05f, -128), true, (1, 2), (2, 2), (3, (byte)1));
        var wide = file.Value(TfLiteFile.Int8, [-1, 3, 4, 4], 0.04f, -3);
        file.Operator(114, [Atrous(file, stem)], [wide]);
        var sum = file.Value(TfLiteFile.Int8, [-1, 3, 4, 4], 0.07f, -20);
        file.Operator(0, [stem, wide], [sum]);
        var joined = file.Value(TfLiteFile.Int8, [-1, 3, 4, 8], 0.07f, -20);
        file.Operator(2, [Pooled(file, sum), sum], [joined], (0, 3));
        var logits = SmallNetwork.Convolution(file, 3, joined, [3, 1, 1, 8], file.Value(TfLiteFile.Int8, [-1, 3, 4, 3], 0.1f, -31), true, (1, 1), (2, 1));
        var large = file.Value(TfLiteFile.Int8, [-1, 6, 8, 3], 0.1f, -31);
        var output = file.Value(TfLiteFile.Float32, [-1, 6, 8, 3]);
        file.Operator(23, [logits, file.Integers(6, 8)], [large], (3, true)).Operator(6, [large], [output]);
        return file.Write([input], [output]);
    }

    private static int Atrous(TfLiteFile file, int stem)
    {
        var (real, spread, inner, whole) = (file.Value(TfLiteFile.Float32, [-1, 3, 4, 4]), file.Value(TfLiteFile.Float32, [4, 4, 4, 4]), file.Value(TfLiteFile.Float32, [4, 2, 2, 4]), file.Value(TfLiteFile.Float32, [-1, 3, 4, 4]));
        var weights = file.Constant(TfLiteFile.Float32, [1, 3, 3, 4], [.. Enumerable.Range(0, 36).Select(i => i * 7 % 10 / 20f - 0.25f)]);
        file.Operator(6, [stem], [real]).Operator(38, [real, file.Integers(2, 2), SmallNetwork.Pads(file, 2, 3, 2, 2)], [spread]);
        file.Operator(4, [spread, weights, file.Constant(TfLiteFile.Float32, [4], [0.1f, 0.2f, -0.1f, 0])], [inner], (0, (byte)1), (1, 1), (2, 1), (3, 1), (4, (byte)3));
        file.Operator(37, [inner, file.Integers(2, 2), SmallNetwork.Pads(file, 0, 1, 0, 0)], [whole]);
        return whole;
    }

    private static int Pooled(TfLiteFile file, int map)
    {
        var (mean, cell, large) = (file.Value(TfLiteFile.Int8, [-1, 4], 0.06f, -30), file.Value(TfLiteFile.Int8, [-1, 1, 1, 4], 0.06f, -30), file.Value(TfLiteFile.Int8, [-1, 3, 4, 4], 0.06f, -30));
        var (shape, batch, wanted) = (file.Value(TfLiteFile.Int32, [2]), file.Value(TfLiteFile.Int32, []), file.Value(TfLiteFile.Int32, [4]));
        var one = file.Constant(TfLiteFile.Int32, [], [1]);
        file.Operator(40, [map, file.Integers(1, 2)], [mean]).Operator(77, [mean], [shape]);
        file.Operator(45, [shape, file.Integers(0), file.Integers(1), file.Integers(1)], [batch], (4, 1));
        file.Operator(83, [batch, one, one, file.Constant(TfLiteFile.Int32, [], [4])], [wanted], (0, 4));
        file.Operator(22, [mean, wanted], [cell]).Operator(23, [cell, file.Integers(3, 4)], [large], (3, true));
        var rescaled = file.Value(TfLiteFile.Int8, [-1, 3, 4, 4], 0.07f, -20);
        file.Operator(114, [large], [rescaled]);
        return rescaled;
    }
}
