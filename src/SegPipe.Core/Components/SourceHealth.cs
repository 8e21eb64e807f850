namespace SegPipe.Components;

/// <summary>Where a live source stands.</summary>
public enum SourceState
{
    /// <summary>The first connection is being made.</summary>
    Connecting,

    /// <summary>Packets arrive.</summary>
    Connected,

    /// <summary>The connection stands, but no packet has come for a while; it is given up when the stall timeout is over.</summary>
    Stalled,

    /// <summary>The connection was lost or refused; the next try is made in <see cref="SourceHealth.NextTrySeconds"/>.</summary>
    Reconnecting,

    /// <summary>Given up: no further try is made.</summary>
    Failed,
}

/// <summary>How a live source is doing at one moment.</summary>
/// <param name="Stream">Name of the stream.</param>
/// <param name="Component">The source's id.</param>
/// <param name="State">Where it stands.</param>
public sealed record SourceHealth(string Stream, string Component, SourceState State)
{
    /// <summary>Seconds until the next try; 0 while one is made, null in the other states.</summary>
    public double? NextTrySeconds { get; init; }

    /// <summary>Connections that stood after the first one.</summary>
    public long Reconnects { get; init; }

    /// <summary>Connections that were lost, and tries that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Interruptions of the packets that have ended.</summary>
    public long Gaps { get; init; }

    /// <summary>Sum of their lengths, in seconds.</summary>
    public double GapSeconds { get; init; }

    /// <summary>Bytes of packets that have arrived.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Seconds since the last packet arrived, null before the first.</summary>
    public double? SecondsSincePacket { get; init; }

    /// <summary>The word for the last failure, such as <c>refused</c>, null where there was none.</summary>
    public string? LastErrorKind { get; init; }

    /// <summary>The last failure in a sentence, null where there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>What to do about the last failure, null where there was none.</summary>
    public string? Advice { get; init; }
}
