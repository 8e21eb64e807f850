namespace SegPipe.Models.Quantise;

/// <summary>Smallest and largest of a graph's value over all calibration pictures.</summary>
/// <param name="Min">The smallest, at most 0: zero must be one of the steps, since padding is zero.</param>
/// <param name="Max">The largest, at least 0.</param>
internal readonly record struct ValueRange(float Min, float Max)
{
    private const float Steps = 255;

    /// <summary>Distance of two uint8 steps.</summary>
    public float Scale => Max > Min ? (Max - Min) / Steps : 1;

    /// <summary>The step that means 0.</summary>
    public byte ZeroPoint => (byte)Math.Clamp(MathF.Round(-Min / Scale), 0, Steps);
}

/// <summary>What calibration found out about a value.</summary>
/// <param name="Range">Its range.</param>
/// <param name="Shape">Its axes for one picture.</param>
internal sealed record CalibratedValue(ValueRange Range, IReadOnlyList<long> Shape);
