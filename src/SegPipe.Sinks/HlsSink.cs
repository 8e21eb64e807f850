using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Outputs;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>
/// Writes packets as HLS for browsers and players: a folder with <c>index.m3u8</c> and a window of segments, each whole before it is named.
/// Segments end at key packets, so that <c>encode.keyframe_interval_ms</c> bounds their length.
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
    private PacketsFormat? _format;
    private PacketPush? _push;

    /// <inheritdoc/>
    public async Task OpenAsync(Format format, CancellationToken abort)
    {
        // A new format goes on in the same playlist, behind a discontinuity.
        await CompleteAsync(abort).ConfigureAwait(false);
        _format = (PacketsFormat)format;
        OutputPath.MakeFolder(OutputPath.Resolve(context, options.Path));
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        _push ??= Start(abort);
        _push.Write(frame);
        context.Status.CountWritten(frame.Length);
        return default;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        if (_push is not { } push) return Task.CompletedTask;
        return DedicatedThread.Run(() =>
        {
            push.Complete();
            Close();
        });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return default;
    }

    private PacketPush Start(CancellationToken abort)
    {
        var folder = OutputPath.Resolve(context, options.Path);
        var arguments = new HlsArguments { Folder = folder, Segments = options.Segments, SegmentSeconds = options.SegmentSeconds, Window = options.Window };
        return new(context, _format!, arguments.Build(), new() { Role = "hls", HasInput = true }, new() { Writable = [folder], FileBytes = MostBytes }, abort);
    }

    private void Close()
    {
        _push?.Dispose();
        _push = null;
    }
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
}
