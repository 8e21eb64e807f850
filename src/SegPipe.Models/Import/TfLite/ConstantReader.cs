using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.TfLite;

/// <summary>Values of constants as the file stores them.</summary>
internal static class ConstantReader
{
    /// <summary>The real values, dequantised where need be; null for a type that has none.</summary>
    public static float[]? Floats(TfLiteTensor tensor) => tensor.Type switch
    {
        TfLiteType.Float32 => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray(),
        TfLiteType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensor.Data.Span).ToArray(), half => (float)half),
        TfLiteType.UInt8 => Dequantise(tensor, Array.ConvertAll(tensor.Data.ToArray(), value => (int)value)),
        TfLiteType.Int8 => Dequantise(tensor, Array.ConvertAll(tensor.Data.ToArray(), value => (int)(sbyte)value)),
        TfLiteType.Int32 => Dequantise(tensor, MemoryMarshal.Cast<byte, int>(tensor.Data.Span).ToArray()),
        _ => null,
    };

    /// <summary>Puts the axes of an array in another order: axis i of the result is axis <c>order[i]</c> of the source.</summary>
    public static T[] Permute<T>(ReadOnlySpan<T> source, int[] shape, int[] order)
    {
        var result = new T[source.Length];
        if (source.Length == 0) return result;
        var steps = new int[shape.Length];
        var step = 1;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            steps[axis] = step;
            step *= shape[axis];
        }
        var at = new int[shape.Length];
        var from = 0;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = source[from];
            for (var axis = order.Length - 1; axis >= 0; axis--)
            {
                from += steps[order[axis]];
                if (++at[axis] < shape[order[axis]]) break;
                from -= steps[order[axis]] * shape[order[axis]];
                at[axis] = 0;
            }
        }
        return result;
    }

    private static float[]? Dequantise(TfLiteTensor tensor, int[] stored)
    {
        if (tensor.Quantisation is not { } q) return null;
        var inner = 1;
        for (var axis = q.Axis + 1; axis < tensor.Shape.Length; axis++) inner *= tensor.Shape[axis];
        var real = new float[stored.Length];
        for (var i = 0; i < real.Length; i++)
        {
            var slice = q.PerChannel ? i / inner % q.Scales.Length : 0;
            // Biases reach 2^30: their difference to the zero point needs more than 32 bits, and more digits than float32 has.
            real[i] = (float)((double)q.Scales[slice] * ((long)stored[i] - q.ZeroPoints[slice]));
        }
        return real;
    }
}
