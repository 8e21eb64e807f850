using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Outputs;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>
/// Writes packets as HLS for browsers and players: a folder with <c>index.m3u8</c> and a window of segments, each whole before it is named.
/// Segments end at key packets, so that <c>encode.keyframe_interval_ms</c> bounds their length. A new format, and a new run, go on behind a
/// discontinuity with numbers that rise.
/// </summary>
/// <example><code lang="yaml">
/// type: hls
/// from: video
/// path: out/live
/// segment_seconds: 2
/// </code></example>
[Sink("hls")]
[Input(PayloadKind.Packets)]
public sealed class HlsSink(HlsOptions options, ComponentContext context) : ISink
{
    private const long MostBytes = 1L << 40;

    // Players go on at the same address when the stream was started anew by a reload.
    private readonly string _path = OutputPath.Resolve(context with { Restarts = 0 }, options.Path);
    private RetriedPush? _push;
    private PacketsFormat? _format;

    private HlsFolder Folder => new(_path);

    /// <inheritdoc/>
    public async Task OpenAsync(Format format, CancellationToken abort)
    {
        await FinishAsync(abort).ConfigureAwait(false);
        if (_push is null) OutputPath.MakeFolder(_path);
        _format = (PacketsFormat)format;
        _push ??= new(context, new(), HashCode.Combine(context.Stream, context.Id)) { Start = Start, Explain = Explain, OkDetail = "writing segments" };
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort) => _push!.WriteAsync(frame, abort);

    /// <inheritdoc/>
    public async Task CompleteAsync(CancellationToken abort)
    {
        await FinishAsync(abort).ConfigureAwait(false);
        Folder.End();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _push?.Dispose();
        return default;
    }

    private Task FinishAsync(CancellationToken abort) => _push is { } push ? DedicatedThread.Run(() => push.Complete(abort)) : Task.CompletedTask;

    private PacketPush Start(CancellationToken abort)
    {
        var arguments = new HlsArguments
        {
            Folder = _path, Segments = options.Segments, SegmentSeconds = options.SegmentSeconds, Window = options.Window,
            FirstNumber = Folder.Begin(options.Window), Codec = _format!.Codec,
        };
        var child = new ChildOptions { Role = "hls", HasInput = true, StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs) };
        return new(context, _format, arguments.Build(), child, new() { Writable = [_path], FileBytes = MostBytes }, null, abort);
    }

    private PushFailure Explain(SegPipeException failure) => PushFailure.OfFile(
        failure is ChildProcessException child && child.ErrorLines.Any(line => line.Contains("No space left on device", StringComparison.Ordinal))
            ? new(ExitCode.IoError, $"The disk is full: {_path} could not be written.", "Free some space.", failure)
            : failure);
}

/// <summary>Options of <see cref="HlsSink"/>.</summary>
public sealed record HlsOptions : SinkOptions
{
    /// <summary>Folder of the playlist <c>index.m3u8</c> and its segments.</summary>
    [OutputPath]
    public required string Path { get; init; }

    /// <summary>Least seconds of a segment, 0.2–60.</summary>
    [Range(0.2, 60.0)]
    public double SegmentSeconds { get; init; } = 2;

    /// <summary>Segments in the playlist, 2–1000; older ones are deleted.</summary>
    [Range(2, 1000)]
    public int Window { get; init; } = 6;

    /// <summary>Container of the segments: <c>fmp4</c> (default) or <c>ts</c>.</summary>
    public HlsSegments Segments { get; init; } = HlsSegments.Fmp4;

    /// <summary>Milliseconds without progress after which FFmpeg is taken for stuck, 100–3,600,000.</summary>
    [Range(100, 3_600_000)]
    public int StallTimeoutMs { get; init; } = 30_000;
}
