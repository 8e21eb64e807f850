namespace SegPipe.Frames;

/// <summary>What travels with a frame's bytes.</summary>
public readonly record struct FrameHeader
{
    /// <summary>Number of the picture, or of the packet: from zero, rising by one; kept by everything made from it.</summary>
    public long Sequence { get; init; }

    /// <summary>Presentation time in ticks of the format's time base, as the input had it.</summary>
    public long Pts { get; init; }

    /// <summary>Duration in ticks of the format's time base, 0 where it is unknown.</summary>
    public long Duration { get; init; }

    /// <summary>Wall time of capture (or of reading, for files) in ticks of <see cref="DateTimeOffset.UtcTicks"/>.</summary>
    public long WallTicks { get; init; }

    /// <summary>Monotonic timestamp of capture, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long Captured { get; init; }

    /// <summary>Age in milliseconds of the class map that this was made with: 0 unless an older one was held.</summary>
    public int MaskAgeMs { get; init; }

    /// <summary>Whether a packet is a key packet; always true for pictures and what is made of them.</summary>
    public bool Key { get; init; }
}
