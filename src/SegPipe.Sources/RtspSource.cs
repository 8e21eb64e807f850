using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;
using SegPipe.Sources.Rtsp;

namespace SegPipe.Sources;

/// <summary>
/// Takes the packets of a camera over RTSP or RTSPS, by a confined FFmpeg that decodes nothing. A connection that is refused, lost
/// or silent is made again, for ever unless told otherwise; time stamps go on rising.
/// </summary>
/// <example><code lang="yaml">
/// type: rtsp
/// url: rtsp://192.0.2.7/stream1
/// username: viewer
/// password: ${CAMERA_PASSWORD}
/// </code></example>
[Source("rtsp", Live = true)]
[Output(PayloadKind.Packets)]
public sealed class RtspSource(RtspSourceOptions options, ComponentContext context) : ISource
{
    private readonly CameraSession _camera = new(options, context);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort) => Task.Factory.StartNew<IReadOnlyList<Format>>(
        () => [_camera.Open(abort)], abort, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort) =>
        DedicatedThread.Run(() => _camera.Run(port, stop, abort));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _camera.Dispose();
        return default;
    }
}

/// <summary>Options of <see cref="RtspSource"/>.</summary>
public sealed record RtspSourceOptions : SourceOptions
{
    /// <summary>Where the stream is: <c>rtsp://HOST[:PORT]/PATH</c>, or <c>rtsps://</c> for an encrypted connection.</summary>
    public required string Url { get; init; }

    /// <summary>The camera's user.</summary>
    public string? Username { get; init; }

    /// <summary>The user's password, of any characters; it is never shown.</summary>
    [Secret]
    public string? Password { get; init; }

    /// <summary><c>tcp</c> (default): inside of the connection; <c>udp</c>: in datagrams of their own; <c>auto</c>: the former where the camera can.</summary>
    public RtspTransport Transport { get; init; } = RtspTransport.Tcp;

    /// <summary>Widest picture that is taken, 16–8192 samples.</summary>
    [Range(16, 8192)]
    public int MaxWidth { get; init; } = 8192;

    /// <summary>Highest picture that is taken, 16–8192 samples.</summary>
    [Range(16, 8192)]
    public int MaxHeight { get; init; } = 8192;

    /// <summary>Milliseconds without a packet after which a connection is given up and made again, 100–3,600,000.</summary>
    [Range(100, 3_600_000)]
    public int StallTimeoutMs { get; init; } = 10_000;

    /// <summary>Milliseconds in which a connection must stand, 100–600,000.</summary>
    [Range(100, 600_000)]
    public int ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>When lost connections are made again.</summary>
    public ReconnectOptions Reconnect { get; init; } = new();

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check()
    {
        if (!Url.Contains("${", StringComparison.Ordinal) && RtspAddress.Parse(Url) is null)
            yield return new("url", "`url` is no RTSP address", "Write it as rtsp://HOST[:PORT]/PATH or rtsps://HOST[:PORT]/PATH.");
        if (Reconnect.MaxMs < Reconnect.MinMs)
            yield return new("reconnect.max_ms", "`max_ms` must not be less than `min_ms`");
        if (!Reconnect.IsGiveUpAfterKnown)
            yield return new("reconnect.give_up_after", "`give_up_after` is `never` or a number of milliseconds");
    }
}

/// <summary>When lost connections are made again: after anything up to <c>min_ms</c>, then up to the double, and so on up to <c>max_ms</c>.</summary>
public sealed record ReconnectOptions
{
    /// <summary>Longest delay before the first new try, 1–600,000 ms.</summary>
    [Range(1, 600_000)]
    public int MinMs { get; init; } = 500;

    /// <summary>Longest delay of all, 1–3,600,000 ms.</summary>
    [Range(1, 3_600_000)]
    public int MaxMs { get; init; } = 30_000;

    /// <summary><c>never</c> (default), or the milliseconds without a packet after which the source fails.</summary>
    public string GiveUpAfter { get; init; } = "never";

    internal TimeSpan? GiveUpAfterTime =>
        long.TryParse(GiveUpAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms is > 0 and < int.MaxValue ? TimeSpan.FromMilliseconds(ms) : null;

    internal bool IsGiveUpAfterKnown => GiveUpAfter == "never" || GiveUpAfter.Contains("${", StringComparison.Ordinal) || GiveUpAfterTime is not null;
}
