namespace SegPipe.Host.Segmenting;

/// <summary>What <c>segment</c> was asked for.</summary>
internal sealed record SegmentRequest
{
    /// <summary>Videos, pictures and folders of pictures.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Path of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Where the overlay goes, or null.</summary>
    public string? Out { get; init; }

    /// <summary>Where the class maps go, or null.</summary>
    public string? Labels { get; init; }

    /// <summary>Columns and rows of the class maps where they are not the picture's, or null.</summary>
    public Frames.PictureSize? LabelSize { get; init; }

    /// <summary>How class maps are upsampled.</summary>
    public required SegmentMode Mode { get; init; }

    /// <summary>Share of the class colours in the overlay, 0–1.</summary>
    public required double Opacity { get; init; }
}

/// <summary>One input and where its results go.</summary>
/// <param name="Input">The video, picture or folder.</param>
/// <param name="Kind">Which of them it is.</param>
/// <param name="Overlay">File of the overlay (a folder for a folder), or null.</param>
/// <param name="Labels">File of the class map of a picture, folder of all others, or null.</param>
internal sealed record SegmentJob(string Input, InputKind Kind, string? Overlay, string? Labels);
