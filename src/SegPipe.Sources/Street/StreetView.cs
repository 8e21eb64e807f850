namespace SegPipe.Sources.Street;

/// <summary>Where the camera is at one moment. World axes: X right, Y up, Z forward, in metres; it drives along Z.</summary>
internal sealed class StreetView
{
    /// <summary>Nothing nearer than this is painted, nothing farther than <see cref="Far"/> is placed.</summary>
    public const float Near = 1.2f, Far = 170f;

    public StreetView(StreetTraits traits, int width, int height, double time)
    {
        Width = width;
        Height = height;
        Time = (float)time;
        Focal = width * traits.FocalShare;
        CameraHeight = traits.CameraHeight;
        Ego = (float)(time * traits.Speed) + 40;
        CenterX = width / 2f + width * 0.05f * MathF.Sin(Time * 0.31f + traits.Seed);
        CenterY = height * (0.42f + 0.012f * MathF.Sin(Time * 1.7f + traits.Seed * 3));
    }

    public int Width { get; }

    public int Height { get; }

    public float Time { get; }

    public float Focal { get; }

    public float CameraHeight { get; }

    public float Ego { get; }

    public float CenterX { get; }

    public float CenterY { get; }
}
