using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>What a run did.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Result">How it ended.</param>
/// <param name="ExitCode">What the program ends with.</param>
/// <param name="Error">The first failure: its cause, or null.</param>
/// <param name="Advice">What to do about it, or null.</param>
/// <param name="FailedComponent">Where it happened, or null.</param>
/// <param name="ElapsedSeconds">Wall time from the first frame wanted to the last written.</param>
/// <param name="PoolPeakBytes">Most memory that the frame pool held.</param>
/// <param name="PoolLimitBytes">Its budget.</param>
/// <param name="CpuSeconds">Processor time of this process over the run.</param>
/// <param name="PeakResidentBytes">Most resident memory that this process has had.</param>
/// <param name="Children">The child processes, in the order of their start.</param>
/// <param name="Streams">By stream.</param>
/// <param name="Unbalanced">Equations of the ledger that do not hold; none in a sound run.</param>
public sealed record RunReport(
    string Pipeline,
    string Result,
    ExitCode ExitCode,
    string? Error,
    string? Advice,
    string? FailedComponent,
    double ElapsedSeconds,
    long PoolPeakBytes,
    long PoolLimitBytes,
    double CpuSeconds,
    long PeakResidentBytes,
    IReadOnlyList<ChildReport> Children,
    IReadOnlyList<StreamReport> Streams,
    IReadOnlyList<string> Unbalanced)
{
    /// <summary>The exception behind <see cref="Error"/>, for <c>-vv</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Exception? Failure { get; init; }
}

/// <summary>What one child process used.</summary>
/// <param name="Component">Id of the component that it worked for.</param>
/// <param name="Role">What it did: fetch, decode, encode or mux.</param>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="PeakResidentBytes">Most resident memory.</param>
public sealed record ChildReport(string Component, string Role, double CpuSeconds, long PeakResidentBytes);

/// <summary>What one stream did.</summary>
/// <param name="Id">Name of the stream.</param>
/// <param name="Result">How it ended: done, stopped, aborted or failed.</param>
/// <param name="Error">Its first failure, or null.</param>
/// <param name="Advice">What to do about it, or null.</param>
/// <param name="FailedComponent">Where it happened, or null.</param>
/// <param name="Components">Its components, producers first.</param>
/// <param name="Edges">Its edges.</param>
public sealed record StreamReport(
    string Id,
    string Result,
    string? Error,
    string? Advice,
    string? FailedComponent,
    IReadOnlyList<ComponentReport> Components,
    IReadOnlyList<EdgeReport> Edges);

/// <summary>What one component did.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Kind">Source, stage or sink.</param>
/// <param name="Type">The word in YAML.</param>
/// <param name="Emitted">Frames put out, by output.</param>
/// <param name="Inputs">Frames taken, by input.</param>
/// <param name="NotShown">Packets without a picture.</param>
/// <param name="Lost">Packets or pictures that a codec could not use.</param>
/// <param name="FramesPerSecond">Frames put out, or written, in the wall time of the run.</param>
/// <param name="BusyShare">Share of the wall time that its copies worked, 0–1; null where others work for it (sources and codecs).</param>
/// <param name="ProcessingMs">Time a frame.</param>
/// <param name="AgeMs">At sinks: age of a frame when written.</param>
public sealed record ComponentReport(
    string Id,
    ComponentKind Kind,
    string Type,
    IReadOnlyList<long> Emitted,
    IReadOnlyList<InputReport> Inputs,
    long NotShown,
    long Lost,
    double FramesPerSecond,
    double? BusyShare,
    Percentiles? ProcessingMs,
    Percentiles? AgeMs);

/// <summary>What became of the frames of one input.</summary>
public sealed record InputReport(string From, long Taken, long Processed, long Failed, long Unmatched, long Abandoned);

/// <summary>What became of the frames of one edge.</summary>
public sealed record EdgeReport(
    string From,
    string To,
    PayloadKind Kind,
    int Capacity,
    WhenFull WhenFull,
    long Offered,
    long Taken,
    long DroppedFull,
    long DroppedStale,
    long DroppedKeyframe,
    long DroppedShutdown,
    double BlockedSeconds);

/// <summary>Milliseconds that half, 95 % and 99 % of the frames stayed under.</summary>
public sealed record Percentiles(double P50, double P95, double P99)
{
    internal static Percentiles? Of(LatencyHistogram histogram, LatencyMark? since = null) =>
        Ms(histogram, 0.50, since) is { } p50 && Ms(histogram, 0.95, since) is { } p95 && Ms(histogram, 0.99, since) is { } p99 ? new(p50, p95, p99) : null;

    private static double? Ms(LatencyHistogram histogram, double share, LatencyMark? since) =>
        histogram.Percentile(share, since) is { } duration ? Math.Round(duration.TotalMilliseconds, 3) : null;
}

/// <summary>Where a running pipeline stands.</summary>
/// <param name="Streams">By stream.</param>
/// <param name="Elapsed">Since the start.</param>
public sealed record RunSnapshot(IReadOnlyList<StreamSnapshot> Streams, TimeSpan Elapsed);

/// <summary>Where a stream stands.</summary>
/// <param name="Id">Name of the stream.</param>
/// <param name="Written">Frames written by its slowest sink.</param>
/// <param name="Expected">Frames that the input promises, or null.</param>
/// <param name="Dropped">Frames dropped or failed so far, anywhere.</param>
/// <param name="Components">By component: id, frames put out or written, held now.</param>
/// <param name="Edges">By edge, now.</param>
public sealed record StreamSnapshot(
    string Id,
    long Written,
    long? Expected,
    long Dropped,
    IReadOnlyList<(string Id, long Frames, long Held)> Components,
    IReadOnlyList<(string From, string To, int Queued, int Capacity)> Edges);
