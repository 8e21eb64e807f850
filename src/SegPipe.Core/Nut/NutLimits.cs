namespace SegPipe.Nut;

/// <summary>What a reader accepts from a stream before it refuses it.</summary>
public sealed record NutLimits
{
    /// <summary>Largest payload of one frame, in bytes.</summary>
    public int MaxFrameBytes { get; init; } = 64 << 20;

    /// <summary>Largest main or stream header, in bytes; codec extradata is inside.</summary>
    public int MaxHeaderBytes { get; init; } = 4 << 20;

    /// <summary>Largest packet that is read over unseen (info, index), in bytes.</summary>
    public int MaxSkippedBytes { get; init; } = 64 << 20;

    /// <summary>Most streams.</summary>
    public int MaxStreams { get; init; } = 16;

    /// <summary>Most time bases.</summary>
    public int MaxTimeBases { get; init; } = 256;

    /// <summary>Longest elision header, in bytes.</summary>
    public int MaxElisionBytes { get; init; } = 256;
}
