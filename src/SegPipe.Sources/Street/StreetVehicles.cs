namespace SegPipe.Sources.Street;

/// <summary>Cars, trucks, buses, trams and two-wheelers.</summary>
internal sealed class StreetVehicles(StreetTraits traits, StreetView view)
{
    private static readonly LinearRgb Glass = new(0.12f, 0.14f, 0.17f), Wheel = new(0.06f, 0.06f, 0.07f), Tyre = new(0.07f, 0.07f, 0.08f);

    private readonly StreetDice _dice = traits.Dice;

    /// <summary>A vehicle whose near end is at <paramref name="z"/>.</summary>
    public void PaintVehicle(StreetCanvas canvas, float x, float z, byte label, int key, bool sameWay)
    {
        var body = BodyOf(label, key);
        if (z + body.Length < StreetView.Near) return;
        float left = x - body.Width / 2, right = x + body.Width / 2;
        canvas.Shadow(left - 0.1f, right + 0.1f, z, z + body.Length);
        float flank = left > 0.05f ? left : right < -0.05f ? right : 0;
        if (flank != 0 && z + body.Length > StreetView.Near) PaintFlank(canvas, body, flank, z);
        if (z >= StreetView.Near) PaintEnd(canvas, body, x, z, sameWay);
    }

    /// <summary>A bicycle or motorcycle, parked across or driving along.</summary>
    public void PaintTwoWheeler(StreetCanvas canvas, float x, float z, byte label, int key, bool sideways)
    {
        if (z < StreetView.Near) return;
        var isMotor = label == TrainId.Motorcycle;
        var frame = isMotor ? traits.PaintColour(key) * 0.7f : traits.PaintColour(key);
        if (!sideways)
        {
            float half = isMotor ? 0.2f : 0.06f;
            canvas.Front(x - half, x + half, 0, 0.68f, z, label, (_, _) => Tyre);
            canvas.Front(x - half * 1.6f, x + half * 1.6f, 0.6f, 1.0f, z, label, (_, _) => frame);
            canvas.Front(x - 0.32f, x + 0.32f, 1.0f, 1.08f, z, label, (_, _) => frame * 0.5f);
            return;
        }

        float thick = isMotor ? 0.45f : 0.22f;
        foreach (var dx in (ReadOnlySpan<float>)[-0.52f, 0.52f])
        {
            canvas.Disc(x + dx, 0.34f, 0.34f, 0.34f, z, label, (u, v) => u * u + v * v > (1 - thick) * (1 - thick) ? Tyre : isMotor ? Tyre * 2 : null);
        }

        canvas.Front(x - 0.5f, x + 0.5f, 0.55f, isMotor ? 0.95f : 0.68f, z, label, (_, _) => frame);
        canvas.Front(x + 0.36f, x + 0.44f, 0.6f, 1.02f, z, label, (_, _) => frame * 0.6f);
        canvas.Front(x - 0.4f, x - 0.15f, 0.85f, 0.95f, z, label, (_, _) => Tyre);
    }

    private static LinearRgb FlankColour(Body body, LinearRgb c, float u, float v) => body.Label switch
    {
        TrainId.Car => v > body.Belt ? Glass : c * (v < 0.35f ? 0.4f : 1),
        TrainId.Truck => v < 0.9f ? c * 0.35f : c,
        _ => v > body.Belt && v < body.Height - 0.5f && u / 1.5f - MathF.Floor(u / 1.5f) > 0.1f ? Glass : v < 0.4f ? c * 0.4f : c,
    };

    private Body BodyOf(byte label, int key)
    {
        (float width, float height, float length) = label switch
        {
            TrainId.Truck => (2.4f, 2.9f + 0.9f * _dice.Unit(700, key), 7.5f),
            TrainId.Bus => (2.5f, 3.0f, 11f),
            TrainId.Train => (2.6f, 3.4f, 16f),
            _ => (1.75f + 0.15f * _dice.Unit(701, key), 1.4f + 0.35f * _dice.Unit(702, key), 4.2f),
        };
        var paint = label == TrainId.Train
            ? LinearRgb.Lerp(new LinearRgb(0.75f, 0.2f, 0.15f), new LinearRgb(0.9f, 0.85f, 0.5f), _dice.Unit(703, key))
            : traits.PaintColour(key);
        var isCar = label == TrainId.Car;
        return new Body(label, width, height, length, isCar ? 0.28f : 0.42f, isCar ? height * 0.58f : height * 0.45f, paint);
    }

    private void PaintFlank(StreetCanvas canvas, Body body, float flank, float z)
    {
        float cabinFrom = z + body.Length * 0.12f, cabinTo = z + body.Length * 0.85f, front = Math.Max(z, StreetView.Near);
        float ua = view.CenterX + view.Focal * flank / front, ub = view.CenterX + view.Focal * flank / (z + body.Length);
        int lo = Math.Max(0, (int)MathF.Ceiling(Math.Min(ua, ub) - 0.5f)), hi = Math.Min(view.Width - 1, (int)MathF.Floor(Math.Max(ua, ub) - 0.5f));
        for (var px = lo; px <= hi; px++)
        {
            float zz = view.Focal * flank / (px + 0.5f - view.CenterX);
            float top = body.Label != TrainId.Car ? body.Height : zz < cabinFrom || zz > cabinTo ? body.Belt + 0.05f : body.Height - 0.04f;
            float along = zz - z;
            bool wheel = MathF.Abs(along - body.Length * 0.2f) < 0.33f || MathF.Abs(along - body.Length * 0.8f) < 0.33f;
            canvas.Column(px, zz, wheel ? 0 : body.Sill, top, body.Label, v => wheel && v < 0.62f ? Wheel : FlankColour(body, body.Paint * 0.85f, along, v));
        }
    }

    /// <summary>The end that faces the camera.</summary>
    private static void PaintEnd(StreetCanvas canvas, Body body, float x, float z, bool sameWay)
    {
        var (label, width, height, _, sill, belt, paint) = body;
        float left = x - width / 2, right = x + width / 2, taper = label == TrainId.Car ? 0.16f : 0;
        var lamp = sameWay ? new LinearRgb(0.75f, 0.08f, 0.06f) : new LinearRgb(0.95f, 0.95f, 0.85f);
        canvas.Front(left, right, sill, belt, z, label, (u, v) =>
            v > belt * 0.62f && v < belt * 0.86f && MathF.Abs(u - x) > width * 0.33f ? lamp
            : MathF.Abs(u - x) < 0.28f && v > 0.42f && v < 0.56f ? new LinearRgb(0.85f, 0.85f, 0.82f) : paint);
        canvas.Front(left + taper, right - taper, belt, height, z, label, (u, v) =>
            label == TrainId.Truck ? paint * 1.05f
            : MathF.Abs(u - x) < width / 2 - taper - 0.12f && v < height - 0.14f ? Glass * (1 + 0.8f * (v - belt)) : paint);
        for (var w = -1; w <= 1; w += 2)
        {
            canvas.Front(x + w * width * 0.48f - 0.11f, x + w * width * 0.48f + 0.11f, 0, sill + 0.05f, z, label, (_, _) => new LinearRgb(0.05f, 0.05f, 0.06f));
        }
    }

    private sealed record Body(byte Label, float Width, float Height, float Length, float Sill, float Belt, LinearRgb Paint);
}
