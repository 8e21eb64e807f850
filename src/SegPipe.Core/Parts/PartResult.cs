namespace SegPipe.Parts;

/// <summary>What running a part gave.</summary>
public sealed record PartResult
{
    /// <summary>Pictures that belong to the part.</summary>
    public required long Pictures { get; init; }

    /// <summary>Number that the first of them had; null where there is none.</summary>
    public long? FirstSequence { get; init; }

    /// <summary>Their smallest presentation time, in ticks of the source; null where there is none.</summary>
    public long? FirstPts { get; init; }

    /// <summary>Their largest presentation time.</summary>
    public long? LastPts { get; init; }

    /// <summary>Packets of the part that the decoder made no picture of, though they hold one.</summary>
    public required long Lost { get; init; }

    /// <summary>Packets of the part that hold no picture to be shown.</summary>
    public required long NotShown { get; init; }

    /// <summary>The part, without its folder, so that a join can run it again.</summary>
    public Part? Part { get; init; }

    /// <summary>What each sink wrote.</summary>
    public required IReadOnlyList<PartOutput> Outputs { get; init; }
}

/// <summary>The piece of one sink.</summary>
/// <param name="Sink">Id of the sink.</param>
/// <param name="Written">Packets, pictures or records in it.</param>
/// <param name="Files">Its files in the order of their names.</param>
public sealed record PartOutput(string Sink, long Written, IReadOnlyList<PartFile> Files);

/// <summary>A file of a piece.</summary>
/// <param name="Name">Path below the part's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash, lower-case hexadecimal.</param>
public sealed record PartFile(string Name, long Bytes, string Sha256);
