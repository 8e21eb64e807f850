namespace SegPipe.Parts;

/// <summary>
/// A stretch of a video that is run by itself. Its times are ticks of the source's time base. Pictures in front of and behind it flow
/// through the stages where some have a memory; encoders and sinks leave them out.
/// </summary>
public sealed record Part
{
    /// <summary>Folder that the sinks put their pieces into, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Presentation time of its first picture; <see cref="long.MinValue"/> for whatever comes first.</summary>
    public required long FirstPts { get; init; }

    /// <summary>Presentation time of the first picture behind it; <see cref="long.MaxValue"/> at the end of the video.</summary>
    public required long EndPts { get; init; }

    /// <summary>Presentation time of the first picture that goes through the stages, at most <see cref="FirstPts"/>.</summary>
    public required long LeadPts { get; init; }

    /// <summary>Presentation time of the first picture that does not go through the stages any more, at least <see cref="EndPts"/>.</summary>
    public required long TailPts { get; init; }

    /// <summary>Number of the picture at <see cref="LeadPts"/> in a run over the whole video.</summary>
    public required long LeadSequence { get; init; }

    /// <summary>Whether a picture of this time belongs to it.</summary>
    public bool Owns(long pts) => pts >= FirstPts && pts < EndPts;

    /// <summary>Whether a picture of this time goes through the stages.</summary>
    public bool Sees(long pts) => pts >= LeadPts && pts < TailPts;

    /// <summary>Where a sink puts its piece.</summary>
    /// <param name="sink">Id of the sink.</param>
    /// <param name="extension">What the piece is, <c>.nut</c>; empty for a folder.</param>
    public string PieceOf(string sink, string extension) => PieceIn(Folder, sink, extension);

    internal static string PieceIn(string folder, string sink, string extension) => Path.Combine(folder, sink + extension);
}
