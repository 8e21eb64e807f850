using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Outputs;
using SegPipe.Parts;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>
/// Writes packets into a video file, with the sound, subtitles and tags of the input where the container can hold them. The file
/// has its name only when it is complete: every packet was counted in it. Where the video changes its size or codec, as a camera
/// may, it goes on in <c>NAME.2.mp4</c>. With <c>segment_seconds</c> it is cut at key packets into files that are named by the time
/// of their first packet in UTC, <c>NAME-20260131T235959Z.mp4</c>, and hold the video only. Recordings of live sources, and segments,
/// can be read as <c>NAME.partial</c> while they are written (but for .avi), also where everything was killed, and never overwrite a file.
/// </summary>
/// <example><code lang="yaml">
/// type: video_file
/// from: video
/// path: out/street.mp4
/// </code></example>
[Sink("video_file")]
[Input(PayloadKind.Packets)]
public sealed class VideoFileSink(VideoFileSinkOptions options, ComponentContext context) : ISink, IJoins
{
    private readonly bool _growing = context.Live || options.SegmentSeconds is not null;
    private string? _path;
    private PacketsFormat? _format;
    private IPacketTarget? _target;
    private RetriedPush? _retried;
    private int _number = 1;
    private bool _written;

    /// <inheritdoc/>
    public async Task OpenAsync(Format format, CancellationToken abort)
    {
        if (_path is null && context.Part is null)
        {
            // Segments are never overwritten, so that those of a stream that a reload started anew need no other name.
            _path = OutputPath.Resolve(options.SegmentSeconds is null ? context : context with { Restarts = 0 }, options.Path);
            if (options.SegmentSeconds is not null)
            {
                context.Status.HaveSegments();
                await DedicatedThread.Run(() => Leftovers.Name(new SegmentNames(_path).Unfinished(), context)).ConfigureAwait(false);
            }
            if (context.Live)
                _retried = new(context, new(), HashCode.Combine(context.Stream, context.Id)) { Start = Begin, Explain = PushFailure.OfFile, OkDetail = "recording" };
        }
        await FinishAsync(abort).ConfigureAwait(false);
        _format = (PacketsFormat)format;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        _written = true;
        if (_retried is not null) return _retried.WriteAsync(frame, abort);
        // Only now: an encoder's headers, which the container begins with, come with its first packet.
        _target ??= Begin(abort);
        _target.Write(frame);
        context.Status.CountWritten(frame.Length);
        return default;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        if (_written || context.Part is not null) return FinishAsync(abort);
        context.Log.LogWarning("{Component}: no packets came, so {Path} was not written.", context.Id, options.Path);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task JoinAsync(MediaOrigin origin, IReadOnlyList<PartPiece> pieces, CancellationToken abort)
    {
        var path = OutputPath.Resolve(context, options.Path);
        var file = new MuxedFileOptions { StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs), BitExact = true };
        await DedicatedThread.Run(() =>
        {
            if (!new JoinedVideo(context.Id, origin, pieces).Write(context, format => new(path, format, file, context, abort), abort))
                context.Log.LogWarning("{Component}: no packets came, so {Path} was not written.", context.Id, options.Path);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _retried?.Dispose();
        _target?.Dispose();
        return default;
    }

    private IPacketTarget Begin(CancellationToken abort)
    {
        if (context.Part is { } part) return new PacketPiece(part.PieceOf(context.Id, PacketPiece.Extension), _format!);
        var file = new MuxedFileOptions { StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs), Growing = _growing };
        if (options.SegmentSeconds is { } seconds)
        {
            return new SegmentedFile(new(_path!), seconds, options.KeepSegments, context)
            {
                Begin = (name, start) => new(name, _format!, file with { SegmentStart = start }, context, abort),
            };
        }
        var path = NextPath();
        if (path != _path) context.Log.LogInformation("{Component}: the video goes on in {Path}.", context.Id, path);
        return new MuxedFile(path, _format!, file, context, abort);
    }

    private async Task FinishAsync(CancellationToken abort)
    {
        if (_retried is not null) await DedicatedThread.Run(() => _retried.Complete(abort)).ConfigureAwait(false);
        if (_target is not { } target) return;
        await DedicatedThread.Run(target.Complete).ConfigureAwait(false);
        target.Dispose();
        _target = null;
    }

    /// <summary>The first file has the name that was asked for; behind a change of format, <c>NAME.2.mp4</c> and so on. A recording takes the first that is free.</summary>
    private string NextPath()
    {
        string path;
        do
        {
            path = _number == 1 ? _path! : Path.ChangeExtension(_path!, string.Create(CultureInfo.InvariantCulture, $"{_number}{Path.GetExtension(_path!)}"));
            _number++;
        }
        while (_growing && (Path.Exists(path) || Path.Exists(path + ".partial")));
        return path;
    }
}

/// <summary>Options of <see cref="VideoFileSink"/>.</summary>
public sealed record VideoFileSinkOptions : SinkOptions
{
    /// <summary>The file; its extension chooses the container: .mp4, .m4v, .mov, .mkv, .ts or .avi.</summary>
    [OutputPath]
    public required string Path { get; init; }

    /// <summary>Least seconds of a segment, 1–86,400; it ends before the next key packet. Without it there is one file.</summary>
    [Range(1.0, 86_400.0)]
    public double? SegmentSeconds { get; init; }

    /// <summary>Finished segments that are kept, 1–1,000,000; older ones of the same <c>path</c> are deleted. Without it all are.</summary>
    [Range(1, 1_000_000)]
    public int? KeepSegments { get; init; }

    /// <summary>Milliseconds without progress after which FFmpeg is taken for stuck and the run fails, 100–3,600,000.</summary>
    [Range(100, 3_600_000)]
    public int StallTimeoutMs { get; init; } = 30_000;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check()
    {
        if (VideoContainer.For(Path) is not { } container)
            yield return new("path", $"`{Path}` has no extension of a known container", $"Use one of {string.Join(", ", VideoContainer.Extensions)}.");
        else if (SegmentSeconds is not null && !container.CanGrow)
            yield return new("path", $"`{container.Extension}` cannot be read while it is written, as segments must be", "Use .mkv, .mp4 or .ts.");
        if (KeepSegments is not null && SegmentSeconds is null)
            yield return new("keep_segments", "`keep_segments` counts segments, and there are none", "Give segment_seconds, too.");
    }
}
