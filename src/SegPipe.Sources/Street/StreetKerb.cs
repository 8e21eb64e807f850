namespace SegPipe.Sources.Street;

/// <summary>What stands and walks beside the road: people, poles, signs, lights and trees.</summary>
internal sealed class StreetKerb(StreetTraits traits)
{
    private readonly StreetDice _dice = traits.Dice;

    public void PaintPerson(StreetCanvas canvas, float x, float z, float height, int key, float time, byte label)
    {
        if (z < StreetView.Near) return;
        var isRider = label == TrainId.Rider;
        LinearRgb coat = traits.PaintColour(key * 3 + 1), legs = traits.PaintColour(key * 5 + 2) * 0.5f, helmet = traits.PaintColour(key + 11);
        var skin = LinearRgb.Lerp(new LinearRgb(0.92f, 0.74f, 0.62f), new LinearRgb(0.35f, 0.22f, 0.15f), _dice.Unit(800, key));
        float stride = isRider ? 0.05f : 0.13f * MathF.Sin(time * 6 + key), hip = isRider ? 0.85f : height * 0.48f, shoulder = height * 0.84f;
        for (var s = -1; s <= 1; s += 2)
        {
            canvas.Front(x + s * 0.09f + s * stride - 0.075f, x + s * 0.09f + s * stride + 0.075f, isRider ? 0.35f : 0, hip + 0.05f, z, label, (_, _) => legs);
        }

        canvas.Disc(x, (hip + shoulder) / 2, 0.25f, (shoulder - hip) / 2 + 0.06f, z, label, (_, _) => coat);
        canvas.Disc(x, shoulder + (height - shoulder) * 0.52f, 0.115f, (height - shoulder) * 0.56f, z, label, (_, v) => isRider ? helmet : v < -0.2f ? skin * 0.3f : skin);
    }

    public void PaintPole(StreetCanvas canvas, float x, float z, float height, float radius, int side, bool lamp)
    {
        if (z < StreetView.Near) return;
        var grey = new LinearRgb(0.42f, 0.43f, 0.44f) * _dice.Range(810, 0.6f, 1.3f);
        canvas.Front(x - radius, x + radius, 0, height, z, TrainId.Pole, (u, _) => grey * (1 - 0.35f * (u - x) / radius));
        if (lamp) canvas.Front(x, x - side * 1.6f, height - 0.12f, height, z, TrainId.Pole, (_, _) => grey * 0.8f);
    }

    public void PaintSign(StreetCanvas canvas, float x, float z, int key)
    {
        if (z < StreetView.Near) return;
        float top = 2.3f + 0.9f * _dice.Unit(820, key), size = 0.32f + 0.2f * _dice.Unit(821, key), kind = _dice.Unit(822, key);
        PaintPole(canvas, x, z, top, 0.045f, 0, lamp: false);
        LinearRgb red = new(0.78f, 0.1f, 0.1f), white = new(0.93f, 0.93f, 0.92f), blue = new(0.1f, 0.28f, 0.7f), yellow = new(0.93f, 0.76f, 0.12f);
        if (kind < 0.4f) canvas.Disc(x, top, size, size, z - 0.02f, TrainId.TrafficSign, (u, v) => u * u + v * v > 0.6f ? red : white);
        else if (kind < 0.6f) canvas.Disc(x, top, size, size, z - 0.02f, TrainId.TrafficSign, (_, v) => MathF.Abs(v) < 0.2f ? white : blue);
        else if (kind < 0.8f) canvas.Front(x - size, x + size, top - size, top + size, z - 0.02f, TrainId.TrafficSign, (_, _) => blue);
        else canvas.Disc(x, top, size * 1.2f, size * 1.2f, z - 0.02f, TrainId.TrafficSign, (u, v) => MathF.Abs(u) + MathF.Abs(v) > 1 ? null : yellow);
    }

    public void PaintTrafficLight(StreetCanvas canvas, float x, float z, int key)
    {
        if (z < StreetView.Near) return;
        float top = 3.1f + 0.8f * _dice.Unit(830, key);
        PaintPole(canvas, x, z, top, 0.07f, 0, lamp: false);
        canvas.Front(x - 0.17f, x + 0.17f, top - 0.95f, top, z - 0.02f, TrainId.TrafficLight, (_, _) => new LinearRgb(0.08f, 0.09f, 0.09f));
        int lit = (int)(_dice.Unit(831, key) * 3);
        ReadOnlySpan<LinearRgb> lamps = [new(0.95f, 0.1f, 0.08f), new(0.95f, 0.7f, 0.1f), new(0.1f, 0.9f, 0.4f)];
        for (var n = 0; n < 3; n++)
        {
            var c = lamps[n] * (n == lit ? 1 : 0.18f);
            canvas.Disc(x, top - 0.18f - 0.3f * n, 0.11f, 0.11f, z - 0.03f, TrainId.TrafficLight, (_, _) => c);
        }
    }

    public void PaintTree(StreetCanvas canvas, float x, float z, float height, int key)
    {
        if (z < StreetView.Near) return;
        var bark = new LinearRgb(0.3f, 0.23f, 0.17f);
        var leaf = LinearRgb.Lerp(new LinearRgb(0.13f, 0.3f, 0.1f), new LinearRgb(0.42f, 0.48f, 0.16f), _dice.Unit(840, key));
        canvas.Front(x - 0.13f, x + 0.13f, 0, height * 0.6f, z, TrainId.Vegetation, (u, v) => bark * (0.8f + 0.4f * ValueNoise.At(u * 20, v * 4, key)));
        for (var b = 0; b < 6; b++)
        {
            float a = b * 1.05f + _dice.Unit(841, key), r = height * (0.17f + 0.1f * _dice.Unit(842 + b, key));
            float bx = x + MathF.Cos(a) * height * 0.16f, by = height * 0.68f + MathF.Sin(a * 1.7f) * height * 0.14f;
            int blob = key * 7 + b;
            ValueNoise coarse = new(51), fine = new(52);
            canvas.Disc(bx, by, r, r * 0.9f, z, TrainId.Vegetation, (u, v) =>
            {
                float n = coarse.At(u * 5 + blob, v * 5) * 0.6f + fine.At(u * 14, v * 14 + blob) * 0.4f;
                return u * u + v * v > 0.62f + 0.5f * n - 0.12f ? null : leaf * (0.6f + 0.55f * n - 0.25f * v);
            });
        }
    }
}
