using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;

namespace SegPipe.Sources;

/// <summary>
/// Takes the packets of a video file's first video track, by a confined FFmpeg that decodes nothing. Pictures of elementary streams
/// (.h264, .hevc, .m2v), which state no times, come at the rate that the codec states, or 25 a second.
/// </summary>
/// <example><code lang="yaml">
/// type: video_file
/// path: assets/street.mp4
/// </code></example>
[Source("video_file")]
[Output(PayloadKind.Packets)]
public sealed class VideoFileSource(VideoFileSourceOptions options, ComponentContext context) : ISource
{
    // What H.264 and H.265 allow; streams do not always state how far they go.
    private const int MostReordered = 16;

    private MediaInfo _info = null!;
    private PacketsFormat _format = null!;
    private PacketFetch? _fetch;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort) => Task.Factory.StartNew<IReadOnlyList<Format>>(
        () => [Open()], abort, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort) => DedicatedThread.Run(() =>
    {
        try
        {
            EmitPasses(port, stop, abort);
        }
        catch (SegPipeException) when (abort.IsCancellationRequested)
        {
            // The child was killed because of the abort.
            abort.ThrowIfCancellationRequested();
        }
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _fetch?.Dispose();
        return default;
    }

    private PacketsFormat Open()
    {
        var tools = FfmpegTools.For(context);
        _info = MediaProbe.Read(options.Path, tools);
        _fetch = context.Part is { } part ? PartFetch.Open(_info, options, part, context, Format) : new(_info, options, options.Start, context);
        return _format = Format(_fetch);
    }

    private PacketsFormat Format(PacketFetch fetch)
    {
        var (video, stream) = (_info.Video, fetch.Stream);
        var whole = options is { Start: null, End: null, Loop: false } && context.Part is null;
        return new()
        {
            TimeBase = video.TimeBase,
            OriginalTimeBase = video.TimeBase,
            FrameRate = video.FrameRate,
            FrameCount = whole ? video.FrameCount : null,
            // Tracks of the original are of one pass; a loop goes without them.
            Origin = new(options.Loop ? null : _info.Path, options.Start, options.End),
            Codec = video.Codec,
            FourCc = stream.FourCc,
            Extradata = stream.Extradata,
            DecodeDelay = stream.DecodeDelay,
            Size = video.Size,
            Rotation = video.Rotation,
            PixelFormat = video.PixelFormat,
            Color = video.Color,
            SampleAspect = video.SampleAspect,
            HasDecodingTimes = _info.HasDecodingTimes,
        };
    }

    private void EmitPasses(OutputPort port, CancellationToken stop, CancellationToken abort)
    {
        using var waiter = new Waiter();
        var pacer = options.Pace == SourcePace.Realtime ? new Pacer(context.Time, _format) : null;
        long sequence = 0, shift = 0;
        do
        {
            using var fetch = _fetch ?? new(_info, options, options.Start, context);
            _fetch = null;
            using var kill = abort.Register(() => fetch.Child.Kill("the run was aborted"));
            shift += EmitAll(fetch, port, waiter, pacer, ref sequence, shift, stop);
            abort.ThrowIfCancellationRequested();
        }
        while (options.Loop && !stop.IsCancellationRequested);
    }

    /// <summary>Emits one pass; returns how far the next one is shifted, in ticks.</summary>
    private long EmitAll(PacketFetch fetch, OutputPort port, Waiter waiter, Pacer? pacer, ref long sequence, long shift, CancellationToken stop)
    {
        var beyondMost = context.Part is null ? _format.DecodeDelay : Math.Max(_format.DecodeDelay, MostReordered);
        var end = context.Part is { } part ? part.TailPts : options.End is { } seconds ? (long)Math.Ceiling(seconds / _format.TimeBase.Value - 1e-6) : long.MaxValue;
        long first = long.MaxValue, last = long.MinValue, count = 0;
        // Pictures before the end may need packets that are shown behind it, but none further than the reordering reaches.
        var beyond = 0;
        while (!stop.IsCancellationRequested && beyond <= beyondMost && fetch.TryRead(out var frame))
        {
            var pts = Carrier.FromFetch(frame.Pts, fetch.Stream.TimeBase, _format.TimeBase);
            beyond = pts >= end ? beyond + 1 : 0;
            (first, last) = (Math.Min(first, pts), Math.Max(last, pts));
            count++;
            if (pacer is not null && !pacer.Wait(pts + shift, stop))
                return 0;
            var packet = waiter.Wait(port.RentAsync(_format, frame.Size));
            if (!packet.IsEmpty)
                fetch.ReadPayload(packet);
            waiter.Wait(port.EmitAsync(packet, new()
            {
                Sequence = sequence++,
                Pts = pts + shift,
                Key = frame.IsKey,
                WallTicks = context.Time.GetUtcNow().UtcTicks,
                Captured = context.Time.GetTimestamp(),
            }));
        }
        if (!stop.IsCancellationRequested && beyond <= beyondMost)
            fetch.End(context.Part is null ? count : null);
        return count > 1 ? (last - first) * count / (count - 1) : 1;
    }
}

/// <summary>How fast packets are emitted.</summary>
public enum SourcePace
{
    /// <summary>As fast as they are taken.</summary>
    Fast,

    /// <summary>As fast as the video plays.</summary>
    Realtime,
}

/// <summary>Options of <see cref="VideoFileSource"/>.</summary>
public sealed record VideoFileSourceOptions : SourceOptions
{
    /// <summary>The video file.</summary>
    [InputPath]
    public required string Path { get; init; }

    /// <summary><c>fast</c> (default): as fast as the pipeline takes it; <c>realtime</c>: as fast as it plays.</summary>
    public SourcePace Pace { get; init; } = SourcePace.Fast;

    /// <summary>Whether it starts over at its end, with time stamps that go on rising, until the run is stopped.</summary>
    public bool Loop { get; init; }

    /// <summary>Presentation time of the first picture that is used, in seconds of the file; by default its first.</summary>
    [Range(-1e6, 1e9)]
    public double? Start { get; init; }

    /// <summary>Presentation time in seconds of the file at which use ends; by default its end.</summary>
    [Range(-1e6, 1e9)]
    public double? End { get; init; }

    /// <summary>Milliseconds without progress after which FFmpeg is taken for stuck and the run fails, 100–3,600,000.</summary>
    [Range(100, 3_600_000)]
    public int StallTimeoutMs { get; init; } = 30_000;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check() => End <= Start
        ? [new("end", "`end` must be greater than `start`")]
        : [];
}
