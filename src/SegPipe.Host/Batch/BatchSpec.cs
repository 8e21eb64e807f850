namespace SegPipe.Host.Batch;

/// <summary>What was asked for: <c>batch.json</c>.</summary>
internal sealed record BatchSpec
{
    /// <summary>Version of the form.</summary>
    public int V { get; init; } = 1;

    /// <summary>Full path of the pipeline; it is read again at each resume.</summary>
    public required string Pipeline { get; init; }

    /// <summary>SHA-256 of its text when the batch was begun.</summary>
    public required string PipelineSha256 { get; init; }

    /// <summary>What results belong to besides their video: the fingerprint of the pipeline as the last run read it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The arguments of <c>--set</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Folder that relative paths in the pipeline count from.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Full paths of the videos, in order.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Pictures that a segment holds at most where key pictures allow it.</summary>
    public required int SegmentFrames { get; init; }

    /// <summary>Whether the segments of finished videos stay.</summary>
    public bool KeepSegments { get; init; }

    /// <summary>What becomes of a video one of whose segments cannot be made.</summary>
    public OnPoison OnPoison { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset Created { get; init; }
}
