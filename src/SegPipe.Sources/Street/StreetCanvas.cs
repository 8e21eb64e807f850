namespace SegPipe.Sources.Street;

/// <summary>Some rows of a picture and its class map, painted from back to front. Canvases of other rows may be painted at the same time.</summary>
internal sealed class StreetCanvas(StreetTraits traits, StreetView view, byte[] rgb, byte[] labels, int firstRow, int endRow)
{
    private readonly float _red = 1 + traits.Warmth, _blue = 1 - traits.Warmth;
    private float _hazeDepth = float.PositiveInfinity, _haze;

    public int FirstRow => firstRow;

    public int EndRow => endRow;

    /// <summary>One pixel of a thing at depth <paramref name="z"/>; infinite depth has no haze.</summary>
    public void Set(int x, int y, byte label, LinearRgb c, float z)
    {
        if (!float.IsPositiveInfinity(z))
        {
            if (z != _hazeDepth) (_hazeDepth, _haze) = (z, MathF.Exp(-z / traits.HazeRange));
            c = LinearRgb.Lerp(traits.HorizonSky, c, _haze);
        }

        var i = y * view.Width + x;
        labels[i] = label;
        i *= 3;
        rgb[i] = ToByte(c.R * traits.Light * _red);
        rgb[i + 1] = ToByte(c.G * traits.Light);
        rgb[i + 2] = ToByte(c.B * traits.Light * _blue);
    }

    /// <summary>A column of the picture from height y0 to y1 at one depth; the colour is asked for by height.</summary>
    public void Column(int x, float z, float y0, float y1, byte label, Func<float, LinearRgb> colour)
    {
        float k = view.Focal / z;
        var (top, bottom) = Rows(y0, y1, k);
        for (var y = top; y <= bottom; y++) Set(x, y, label, colour(view.CameraHeight - (y + 0.5f - view.CenterY) / k), z);
    }

    /// <summary>An upright rectangle that faces the camera; the colour is asked for by world X and height.</summary>
    public void Front(float xa, float xb, float y0, float y1, float z, byte label, Func<float, float, LinearRgb> colour)
    {
        float k = view.Focal / z;
        int lo = Math.Max(0, (int)MathF.Ceiling(view.CenterX + Math.Min(xa, xb) * k - 0.5f));
        int hi = Math.Min(view.Width - 1, (int)MathF.Floor(view.CenterX + Math.Max(xa, xb) * k - 0.5f));
        var (top, bottom) = Rows(y0, y1, k);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = lo; x <= hi; x++)
            {
                Set(x, y, label, colour((x + 0.5f - view.CenterX) / k, view.CameraHeight - (y + 0.5f - view.CenterY) / k), z);
            }
        }
    }

    /// <summary>An ellipse that faces the camera; the colour is asked for by the place in the unit disc, null leaves a hole.</summary>
    public void Disc(float wx, float wy, float rx, float ry, float z, byte label, Func<float, float, LinearRgb?> colour)
    {
        if (z < StreetView.Near) return;
        float k = view.Focal / z, u = view.CenterX + wx * k, v = view.CenterY - (wy - view.CameraHeight) * k, a = rx * k, b = ry * k;
        int lo = Math.Max(0, (int)(u - a)), hi = Math.Min(view.Width - 1, (int)(u + a) + 1);
        int top = Math.Max(firstRow, (int)(v - b)), bottom = Math.Min(endRow - 1, (int)(v + b) + 1);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = lo; x <= hi; x++)
            {
                float dx = (x + 0.5f - u) / a, dy = (y + 0.5f - v) / b;
                if (dx * dx + dy * dy <= 1 && colour(dx, dy) is { } c) Set(x, y, label, c, z);
            }
        }
    }

    /// <summary>Darkens the ground under a thing; what it is stays what it is.</summary>
    public void Shadow(float xa, float xb, float z0, float z1)
    {
        if (z1 < StreetView.Near) return;
        int top = Math.Max(0, (int)(view.CenterY + view.Focal * view.CameraHeight / z1));
        int bottom = Math.Min(endRow - 1, (int)(view.CenterY + view.Focal * view.CameraHeight / Math.Max(z0 - 0.2f, StreetView.Near)));
        for (var y = Math.Max(firstRow, Math.Max(top, (int)view.CenterY + 1)); y <= bottom; y++)
        {
            float z = view.Focal * view.CameraHeight / (y + 0.5f - view.CenterY), k = view.Focal / z;
            int lo = Math.Max(0, (int)(view.CenterX + xa * k)), hi = Math.Min(view.Width - 1, (int)(view.CenterX + xb * k));
            for (var i = (y * view.Width + lo) * 3; i < (y * view.Width + hi + 1) * 3; i++) rgb[i] = (byte)(rgb[i] * 0.45f);
        }
    }

    private static byte ToByte(float v) => (byte)Math.Clamp(v * 255f + 0.5f, 0, 255);

    private (int Top, int Bottom) Rows(float y0, float y1, float k) =>
        (Math.Max(firstRow, (int)MathF.Ceiling(view.CenterY - (y1 - view.CameraHeight) * k - 0.5f)),
         Math.Min(endRow - 1, (int)MathF.Floor(view.CenterY - (y0 - view.CameraHeight) * k - 0.5f)));
}
