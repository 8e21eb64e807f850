namespace SegPipe.Sources.Street;

/// <summary>What lies behind everything: sky, road, sidewalks and grass.</summary>
internal sealed class StreetBackground(StreetTraits traits, StreetView view)
{
    private readonly StreetDice _dice = traits.Dice;

    public void Paint(StreetCanvas canvas)
    {
        PaintSky(canvas);
        PaintGround(canvas);
    }

    private void PaintSky(StreetCanvas canvas)
    {
        int end = Math.Min(Math.Min(view.Height, (int)view.CenterY + 1), canvas.EndRow);
        float cloud = _dice.Range(400, 0f, 1f), scale = 6f / view.Width;
        ValueNoise coarse = new(7), middle = new(8), fine = new(9);
        for (var y = canvas.FirstRow; y < end; y++)
        {
            float up = 1 - y / view.CenterY;
            var sky = LinearRgb.Lerp(traits.HorizonSky, traits.Zenith, MathF.Sqrt(up));
            for (var x = 0; x < view.Width; x++)
            {
                float nx = x * scale + view.Time * 0.02f, ny = y * scale * 2.2f;
                float n = 0.55f * coarse.At(nx, ny) + 0.3f * middle.At(nx * 2.1f, ny * 2.1f) + 0.15f * fine.At(nx * 4.3f, ny * 4.3f);
                float cover = Math.Clamp((n - 0.62f + cloud * 0.3f) * 3, 0, 0.9f) * Math.Min(1, up * 4);
                canvas.Set(x, y, TrainId.Sky, LinearRgb.Lerp(sky, new LinearRgb(0.95f, 0.95f, 0.96f), cover), float.PositiveInfinity);
            }
        }
    }

    private void PaintGround(StreetCanvas canvas)
    {
        float edge = traits.RoadHalf + traits.Sidewalk;
        ValueNoise grit = new(11), patches = new(12), tufts = new(13);
        for (var y = Math.Max(canvas.FirstRow, (int)view.CenterY + 1); y < canvas.EndRow; y++)
        {
            float z = Math.Min(view.Focal * view.CameraHeight / (y + 0.5f - view.CenterY), 2000f);
            float along = z + view.Ego, detail = Math.Clamp(1.4f - z / 40, 0.15f, 1);
            for (var x = 0; x < view.Width; x++)
            {
                float wx = (x - view.CenterX) * z / view.Focal, ax = MathF.Abs(wx);
                float grain = 1 + 0.16f * detail * (grit.At(wx * 7, along * 7) - 0.5f) + 0.10f * (patches.At(wx * 0.7f, along * 0.4f) - 0.5f);
                if (ax < traits.RoadHalf)
                {
                    canvas.Set(x, y, TrainId.Road, RoadColour(wx, along) * grain, z);
                }
                else if (ax < edge)
                {
                    float joint = Fraction(along / 1.2f) < 0.05f || Fraction(ax / 0.9f) < 0.05f ? 0.86f : 1;
                    var stone = ax < traits.RoadHalf + 0.18f ? new LinearRgb(0.62f, 0.62f, 0.61f) : traits.Pavement;
                    canvas.Set(x, y, TrainId.Sidewalk, stone * (grain * joint), z);
                }
                else
                {
                    canvas.Set(x, y, TrainId.Terrain, traits.Grass * (grain + 0.35f * (tufts.At(wx * 3, along * 3) - 0.5f)), z);
                }
            }
        }
    }

    private LinearRgb RoadColour(float x, float along)
    {
        int crossing = (int)MathF.Floor(along / 90);
        float into = along - crossing * 90;
        if (into < 4 && Fraction(x / 1.1f) < 0.5f && _dice.Unit(500, crossing) < 0.6f) return new LinearRgb(0.82f, 0.82f, 0.8f);
        for (var k = 1; k < traits.Lanes; k++)
        {
            float line = (k - traits.Lanes / 2f) * StreetTraits.LaneWidth;
            var isMiddle = k * 2 == traits.Lanes;
            if (MathF.Abs(x - line) < 0.08f && (isMiddle || Fraction(along / 9) < 0.45f))
            {
                return isMiddle && _dice.Unit(501) < 0.4f ? new LinearRgb(0.8f, 0.65f, 0.2f) : new LinearRgb(0.8f, 0.8f, 0.78f);
            }
        }

        if (MathF.Abs(MathF.Abs(x) - (traits.RoadHalf - 0.25f)) < 0.07f) return new LinearRgb(0.75f, 0.75f, 0.73f);
        var rail = MathF.Abs(MathF.Abs(x + (traits.Lanes - 1) / 2f * StreetTraits.LaneWidth) - 0.72f) < 0.05f;
        return traits.HasTram && rail ? new LinearRgb(0.62f, 0.62f, 0.65f) : traits.Asphalt;
    }

    private static float Fraction(float v) => v - MathF.Floor(v);
}
