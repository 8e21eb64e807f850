namespace SegPipe.Sources.Street;

/// <summary>What a seed decides once for all of its street: dimensions in metres, densities, light and colours.</summary>
internal sealed class StreetTraits
{
    public const float LaneWidth = 3.5f;

    public StreetTraits(int seed)
    {
        Seed = seed;
        Dice = new StreetDice(seed);
        FocalShare = Dice.Range(1, 0.52f, 0.78f);
        CameraHeight = Dice.Range(2, 1.2f, 1.9f);
        Lanes = 2 + (int)(Dice.Unit(3) * 3);
        RoadHalf = Lanes * LaneWidth / 2 + Dice.Range(4, 0.2f, 1.4f);
        Sidewalk = Dice.Range(5, 1.6f, 4.5f);
        Setback = Dice.Range(6, 0.2f, 7f);
        Speed = Dice.Range(7, 4f, 14f);
        TreeDensity = Dice.Range(8, 0.05f, 0.75f);
        BuildingDensity = Dice.Range(9, 0.3f, 0.98f);
        TrafficDensity = Dice.Range(10, 0.15f, 0.8f);
        PeopleDensity = Dice.Range(11, 0.1f, 0.7f);
        FenceDensity = Dice.Range(12, 0.0f, 0.5f);
        Light = Dice.Range(13, 0.55f, 1.15f);
        Warmth = Dice.Range(14, -0.08f, 0.08f);
        HazeRange = Dice.Range(15, 120f, 600f);
        SensorNoise = Dice.Range(16, 0.004f, 0.03f);
        HasTram = Dice.Unit(17) < 0.3f;
        var grey = Dice.Range(18, 0.22f, 0.45f);
        Asphalt = new LinearRgb(grey, grey * 1.0f, grey * Dice.Range(19, 0.97f, 1.08f));
        var pave = Dice.Range(20, 0.42f, 0.68f);
        Pavement = new LinearRgb(pave, pave * Dice.Range(21, 0.9f, 1f), pave * Dice.Range(22, 0.82f, 1f));
        Grass = new LinearRgb(Dice.Range(23, 0.25f, 0.5f), Dice.Range(24, 0.38f, 0.58f), Dice.Range(25, 0.12f, 0.26f));
        var overcast = Dice.Unit(26);
        Zenith = LinearRgb.Lerp(new LinearRgb(0.25f, 0.47f, 0.85f), new LinearRgb(0.72f, 0.74f, 0.78f), overcast);
        HorizonSky = LinearRgb.Lerp(new LinearRgb(0.75f, 0.85f, 0.95f), new LinearRgb(0.88f, 0.88f, 0.9f), overcast);
    }

    public int Seed { get; }

    public StreetDice Dice { get; }

    public float FocalShare { get; }

    public float CameraHeight { get; }

    public int Lanes { get; }

    public float RoadHalf { get; }

    public float Sidewalk { get; }

    public float Setback { get; }

    public float Speed { get; }

    public float TreeDensity { get; }

    public float BuildingDensity { get; }

    public float TrafficDensity { get; }

    public float PeopleDensity { get; }

    public float FenceDensity { get; }

    public float Light { get; }

    public float Warmth { get; }

    public float HazeRange { get; }

    public float SensorNoise { get; }

    public bool HasTram { get; }

    public LinearRgb Asphalt { get; }

    public LinearRgb Pavement { get; }

    public LinearRgb Grass { get; }

    public LinearRgb Zenith { get; }

    public LinearRgb HorizonSky { get; }

    /// <summary>A facade's plaster.</summary>
    public LinearRgb FacadeColour(int key)
    {
        float t = Dice.Unit(850, key), v = Dice.Range(851, 0.35f, 0.85f, key);
        var tint = t switch
        {
            < 0.3f => new LinearRgb(1, 0.86f, 0.7f),
            < 0.5f => new LinearRgb(0.85f, 0.5f, 0.38f),
            < 0.7f => new LinearRgb(0.95f, 0.95f, 0.93f),
            < 0.85f => new LinearRgb(0.7f, 0.75f, 0.82f),
            _ => new LinearRgb(0.95f, 0.88f, 0.55f),
        };
        return tint * v;
    }

    /// <summary>The paint of a car, and the cloth of a coat.</summary>
    public LinearRgb PaintColour(int key)
    {
        float t = Dice.Unit(860, key), v = Dice.Range(861, 0.15f, 0.95f, key);
        return t switch
        {
            < 0.55f => new LinearRgb(v, v, v * 1.02f),
            < 0.7f => new LinearRgb(0.62f, 0.1f, 0.1f) * (0.5f + v),
            < 0.85f => new LinearRgb(0.12f, 0.22f, 0.5f) * (0.5f + v),
            < 0.93f => new LinearRgb(0.2f, 0.4f, 0.25f) * (0.5f + v),
            _ => new LinearRgb(0.85f, 0.7f, 0.15f) * (0.4f + v * 0.6f),
        };
    }
}
