namespace SegPipe.Sources.Street;

/// <summary>Houses, walls and fences: boxes with a texture.</summary>
internal sealed class StreetFrontage(StreetTraits traits, StreetView view)
{
    private readonly StreetDice _dice = traits.Dice;

    /// <summary>Colour of a face at a place: u along it and v up, in metres.</summary>
    private delegate LinearRgb Texture(LinearRgb baseColour, float u, float v);

    /// <summary>A house from the street line <paramref name="x"/> outwards.</summary>
    public void PaintHouse(StreetCanvas canvas, int side, float x, float height, float z0, float z1, int facade) =>
        PaintBox(canvas, side * x, side * (x + 14), height, z0, z1, TrainId.Building, traits.FacadeColour(facade), Windows(facade));

    /// <summary>A garden wall or a fence.</summary>
    public void PaintEnclosure(StreetCanvas canvas, int side, float x, float z0, float z1, int stretch, bool wall)
    {
        float height = wall ? 1.2f + 1.4f * _dice.Unit(122, stretch) : 1 + 0.8f * _dice.Unit(123, stretch);
        var colour = wall
            ? new LinearRgb(0.5f, 0.46f, 0.42f) * _dice.Range(124, 0.8f, 1.2f, stretch)
            : new LinearRgb(0.35f, 0.34f, 0.33f) * _dice.Range(125, 0.5f, 1.8f, stretch);
        PaintBox(canvas, side * x, side * (x + 0.25f), height, z0, z1, wall ? TrainId.Wall : TrainId.Fence, colour, wall ? Bricks : Bars);
    }

    private static LinearRgb Bricks(LinearRgb c, float u, float v)
    {
        float row = MathF.Floor(v / 0.22f);
        bool mortar = Fraction(v / 0.22f) < 0.12f || Fraction(u / 0.55f + (row % 2) * 0.5f) < 0.06f;
        return c * (mortar ? 0.82f : 1 + 0.1f * (ValueNoise.At(u * 3, v * 6, 31) - 0.5f));
    }

    private static LinearRgb Bars(LinearRgb c, float u, float v) => Fraction(u / 0.28f) < 0.35f || Fraction(v / 0.9f) < 0.1f ? c : c * 0.45f;

    private static float Fraction(float v) => v - MathF.Floor(v);

    private Texture Windows(int facade)
    {
        float pitchU = _dice.Range(600, 1.6f, 3.4f, facade), pitchV = _dice.Range(601, 2.7f, 3.6f, facade), fill = _dice.Range(602, 0.35f, 0.7f, facade);
        var glass = LinearRgb.Lerp(new LinearRgb(0.15f, 0.18f, 0.22f), new LinearRgb(0.5f, 0.6f, 0.7f), _dice.Unit(603, facade));
        var hasShop = _dice.Unit(604, facade) < 0.5f;
        return (c, u, v) =>
        {
            float fu = Fraction(u / pitchU), fv = Fraction(v / pitchV);
            bool window = fu > 0.5f - fill / 2 && fu < 0.5f + fill / 2 && fv > 0.25f && fv < 0.25f + fill;
            if (v < 2.6f && hasShop) window = fu > 0.1f && fu < 0.9f && v > 0.4f;
            return window ? glass : c * (1 + 0.08f * (ValueNoise.At(u * 2, v * 2, facade) - 0.5f));
        };
    }

    /// <summary>A box between x0 (the face toward the road) and x1, from z0 to z1, standing on the ground.</summary>
    private void PaintBox(StreetCanvas canvas, float x0, float x1, float height, float z0, float z1, byte label, LinearRgb colour, Texture texture)
    {
        if (z1 <= StreetView.Near) return;
        float front = Math.Max(z0, StreetView.Near);
        // The face toward the road has one X, so that the depth of each column of the picture is exact.
        if (MathF.Abs(x0) > 0.05f)
        {
            float ua = view.CenterX + view.Focal * x0 / front, ub = view.CenterX + view.Focal * x0 / z1;
            int lo = Math.Max(0, (int)MathF.Ceiling(Math.Min(ua, ub) - 0.5f)), hi = Math.Min(view.Width - 1, (int)MathF.Floor(Math.Max(ua, ub) - 0.5f));
            for (var x = lo; x <= hi; x++)
            {
                float z = view.Focal * x0 / (x + 0.5f - view.CenterX);
                canvas.Column(x, z, 0, height, label, v => texture(colour * 0.82f, z + view.Ego, v));
            }
        }

        if (z0 > StreetView.Near) canvas.Front(x0, x1, 0, height, z0, label, (u, v) => texture(colour, u, v));
    }
}
