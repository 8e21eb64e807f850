using SegPipe.Testing.TfLite;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>A quantised network of a few operators with all that importers have to look through: padding, dilation, a pooled branch, a head.</summary>
internal static class SmallNetwork
{
    /// <summary>Input 8×6, three classes, enlarged to the input's size.</summary>
    public static byte[] Write(byte type = TfLiteFile.UInt8, int output = TfLiteFile.Int32, bool custom = false)
    {
        var file = new TfLiteFile();
        var signed = type == TfLiteFile.Int8;
        var zero = signed ? -128 : 0;
        var input = file.Value(type, [1, 6, 8, 3], 1 / 128f, 128 + zero);
        var stem = Convolution(file, 3, input, [4, 3, 3, 3], file.Value(type, [1, 3, 4, 4], 0.05f, zero), signed, (1, 2), (2, 2), (3, (byte)1));
        var spread = file.Value(type, [4, 4, 4, 4], 0.05f, zero);
        var inner = file.Value(type, [4, 2, 2, 4], 0.04f, zero);
        var wide = file.Value(type, [1, 3, 4, 4], 0.04f, zero);
        file.Operator(38, [stem, file.Integers(2, 2), Pads(file, 2, 3, 2, 2)], [spread]);
        Convolution(file, 4, spread, [1, 3, 3, 4], inner, signed, (0, (byte)1), (1, 1), (2, 1), (3, 1));
        file.Operator(37, [inner, file.Integers(2, 2), Pads(file, 0, 1, 0, 0)], [wide]);
        var sum = file.Value(type, [1, 3, 4, 4], 0.07f, zero);
        file.Operator(0, [stem, wide], [sum], (0, (byte)0));
        var pooled = file.Value(type, [1, 1, 1, 4], 0.07f, zero);
        file.Operator(1, [sum], [pooled], (0, (byte)1), (1, 1), (2, 1), (3, 4), (4, 3));
        var spreadOut = file.Value(type, [1, 3, 4, 4], 0.07f, zero);
        file.Operator(23, [pooled, file.Integers(3, 4)], [spreadOut], (2, true));
        var joined = file.Value(type, [1, 3, 4, 8], 0.07f, zero);
        file.Operator(2, [spreadOut, sum], [joined], (0, 3));
        var logits = Convolution(file, 3, joined, [3, 1, 1, 8], file.Value(type, [1, 3, 4, 3], 0.1f, 100 + zero), signed, (1, 1), (2, 1));
        return Head(file, type, input, logits, zero, output, custom);
    }

    /// <summary>Adds a convolution (3) or a depthwise one (4) with made-up weights, and gives its output back.</summary>
    public static int Convolution(TfLiteFile file, int kind, int input, int[] shape, int output, bool signed, params (int, object)[] options)
    {
        var (count, channels) = (shape.Aggregate((a, b) => a * b), kind == 3 ? shape[0] : shape[3]);
        var weights = signed
            ? file.Constant(TfLiteFile.Int8, shape, [.. Enumerable.Range(0, count).Select(i => (sbyte)(i * 37 % 255 - 127))], [.. Enumerable.Range(0, channels).Select(i => 0.01f + 0.001f * i)], new long[channels], kind == 3 ? 0 : 3)
            : file.Constant(TfLiteFile.UInt8, shape, [.. Enumerable.Range(0, count).Select(i => (byte)(i * 37 % 256))], [0.01f], [120]);
        var bias = file.Constant(TfLiteFile.Int32, [channels], [.. Enumerable.Range(0, channels).Select(i => 100 * i - 150)], [0.0005f], [0]);
        file.Operator(kind, [input, weights, bias], [output], options);
        return output;
    }

    /// <summary>Adds paddings of two axes, or the like.</summary>
    public static int Pads(TfLiteFile file, params int[] pads) => file.Constant(TfLiteFile.Int32, [2, 2], pads);

    private static byte[] Head(TfLiteFile file, byte type, int input, int logits, int zero, int output, bool custom)
    {
        var labels = file.Value((byte)output, [1, 6, 8]);
        if (custom) return file.Operator(32, "ResizeArgmax", [logits, file.Integers(6, 8), file.Integers(3)], [labels]).Write([input], [labels]);
        var large = file.Value(type, [1, 6, 8, 3], 0.1f, 100 + zero);
        file.Operator(23, [logits, file.Integers(6, 8)], [large], (2, true));
        return file.Operator(56, [large, file.Constant(TfLiteFile.Int32, [], [3])], [labels]).Write([input], [labels]);
    }
}
