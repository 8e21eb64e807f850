namespace SegPipe.Sources.Street;

/// <summary>Linear RGB colour in 0–1, before the scene's light and haze.</summary>
internal readonly record struct LinearRgb(float R, float G, float B)
{
    public static LinearRgb operator *(LinearRgb c, float k) => new(c.R * k, c.G * k, c.B * k);

    public static LinearRgb Lerp(LinearRgb a, LinearRgb b, float t) => new(a.R + (b.R - a.R) * t, a.G + (b.G - a.G) * t, a.B + (b.B - a.B) * t);
}
