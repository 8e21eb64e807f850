namespace SegPipe.Components;

/// <summary>Options of a sink that say how the output that feeds it is shown to those who watch.</summary>
public interface IPreviewOptions
{
    /// <summary>Size and rate of the pictures.</summary>
    PreviewSettings Preview { get; }
}

/// <summary>How an output is shown to those who watch.</summary>
/// <param name="MaxWidth">Columns above which a picture is made smaller.</param>
/// <param name="MaxFps">Most pictures a second.</param>
public sealed record PreviewSettings(int MaxWidth = PreviewSettings.DefaultWidth, double MaxFps = PreviewSettings.DefaultFps)
{
    /// <summary>Columns where no sink says otherwise.</summary>
    public const int DefaultWidth = 640;

    /// <summary>Pictures a second where no sink says otherwise.</summary>
    public const double DefaultFps = 2;

    /// <summary>Least time between two pictures.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(1 / MaxFps);
}
