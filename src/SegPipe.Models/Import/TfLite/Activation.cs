namespace SegPipe.Models.Import.TfLite;

/// <summary>The activation function that an operator applies to its own result, as the range that it limits it to.</summary>
internal static class Activation
{
    /// <summary>The range of a fused activation.</summary>
    /// <exception cref="SegPipeException">65 for one that is no range.</exception>
    public static (float Low, float High) Range(TfLiteOperator op, TfLiteConversion to, byte kind) => kind switch
    {
        0 => (float.NegativeInfinity, float.PositiveInfinity),
        1 => (0, float.PositiveInfinity),
        2 => (-1, 1),
        3 => (0, 6),
        _ => throw to.Unsupported(op, $"has the fused activation {kind}"),
    };
}
