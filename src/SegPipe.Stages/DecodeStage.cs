using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Processes;

namespace SegPipe.Stages;

/// <summary>Decodes packets into upright 8-bit I420 pictures, in a confined FFmpeg; range and matrix stay as the input states them.</summary>
/// <example><code lang="yaml">
/// type: decode
/// from: drive
/// threads: 2
/// </code></example>
[Stage("decode")]
[Input(PayloadKind.Packets)]
[Output(PayloadKind.Picture)]
public sealed class DecodeStage(DecodeOptions options, ComponentContext context) : IStreamStage
{
    /// <inheritdoc/>
    public Format Negotiate(Format input) => PictureDecoder.Pictures((PacketsFormat)input);

    /// <inheritdoc/>
    public Task RunAsync(StreamPort port, CancellationToken abort) =>
        new CoderExchange(port, new PictureDecoder(options, context), abort).RunAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="DecodeStage"/>.</summary>
public sealed record DecodeOptions : StageOptions
{
    /// <summary>Threads of the decoder, 1–64; by default <c>limits.threads</c>, else the decoder's own choice.</summary>
    [Range(1, 64)]
    public int? Threads { get; init; }

    /// <summary>Milliseconds without progress after which FFmpeg is taken for stuck and the run fails, 100–3,600,000.</summary>
    [Range(100, 3_600_000)]
    public int StallTimeoutMs { get; init; } = 30_000;

    /// <summary>Whether each picture comes out as soon as it can, at the cost of decoding on fewer processors; by default behind live sources.</summary>
    public bool? LowLatency { get; init; }
}

/// <summary>Packets in, pictures out.</summary>
internal sealed class PictureDecoder(DecodeOptions options, ComponentContext context) : ICoder
{
    // A decoder holds back far fewer; what is older was lost on the way.
    private const int MostInWork = 512;

    private readonly CoderRestarts _restarts = new(context, options.OnError);
    private PacketsFormat _packets = null!;
    private PictureFormat? _promised;
    private PictureFormat _pictures = null!;
    private Rational _childTimeBase;
    private long _first;
    private long _end;
    private readonly List<FrameHeader> _lost = [];
    private long _sequence = context.Part?.LeadSequence ?? 0;
    private long _outside;

    public FramesInWork InWork { get; } = new();

    public static PictureFormat Pictures(PacketsFormat packets)
    {
        var turned = packets.Rotation is 90 or 270;
        return new()
        {
            TimeBase = packets.TimeBase,
            OriginalTimeBase = packets.OriginalTimeBase,
            Size = turned ? new(packets.Size.Height, packets.Size.Width) : packets.Size,
            SampleAspect = turned ? new(packets.SampleAspect.Den, packets.SampleAspect.Num) : packets.SampleAspect,
            Color = packets.Color,
        };
    }

    public ChildProcess Start(Format format)
    {
        _packets = (PacketsFormat)format;
        // Equal pictures go on in the same epoch, whatever happened to the packets.
        var promised = Pictures(_packets);
        if (promised != _promised)
            _pictures = _promised = promised;
        (_first, _end) = (Ticks(format.Origin?.Start) ?? long.MinValue, Ticks(format.Origin?.End) ?? long.MaxValue);
        var tools = FfmpegTools.For(context);
        _restarts.Started();
        var prompt = options.LowLatency ?? context.Live;
        var midStream = context.Part?.LeadSequence > 0;
        var arguments = new DecodeArguments
        {
            Format = _packets,
            Threads = options.Threads ?? context.Limits.Threads ?? 0,
            LowLatency = prompt,
            MidStream = midStream && !_packets.HasDecodingTimes,
            ScaledTo = midStream ? _packets.Size : null,
        };
        var child = new ChildOptions { Role = "decode", HasInput = true, HasOutput = true, StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs) };
        return tools.Start(context, arguments.Build(tools), prompt ? child.Prompt(_packets, _pictures) : child, new());
    }

    public bool Skips(in FrameHeader header) => false;

    public NutStream Header(Format format) => Carrier.Header((PacketsFormat)format);

    public void BeginOutput(NutStream stream, Format input)
    {
        _childTimeBase = stream.TimeBase;
        _restarts.Works();
        if ((stream.Width, stream.Height) != (_pictures.Size.Width, _pictures.Size.Height))
            _pictures = _pictures with { Size = new(stream.Width, stream.Height) };
    }

    public void Emit(OutputPort port, NutReader reader, NutFrame frame, Waiter waiter)
    {
        var pts = Carrier.FromCoder(frame.Pts, _childTimeBase, _pictures.TimeBase);
        if (!(_packets.HasDecodingTimes ? InWork.TryTakeEarliest(out var header) : InWork.TryTake(pts, out header)))
            throw new SegPipeException(ExitCode.PipelineFailed, $"{context.Id}: the decoder gave more pictures than it got packets.", "Convert the input first: ffmpeg -i INPUT OUTPUT.mkv");
        if (_packets.HasDecodingTimes)
            pts = header.Pts;
        else if (InWork.Count > MostInWork)
            _lost.AddRange(InWork.TakeBefore(pts));
        if (IsOutside(pts))
        {
            _outside++;
            return;
        }

        var emitted = false;
        WritableFrame picture = default;
        try
        {
            if (frame.Size != _pictures.FrameBytes)
                throw new SegPipeException(ExitCode.InputUnusable, $"{context.Id}: the input changes its picture size in mid-stream.", "Split it where the size changes.");
            picture = waiter.Wait(port.RentAsync(_pictures, frame.Size));
            if (!picture.IsEmpty)
                reader.ReadPayload(picture.Bytes);
            emitted = true;
        }
        finally
        {
            if (!emitted)
            {
                picture.Dispose();
                InWork.Add(header);
            }
        }
        waiter.Wait(port.EmitAsync(picture, header with { Sequence = _sequence++, Pts = pts, Key = true }));
    }

    public bool Survives(SegPipeException failure, CancellationToken abort) => _restarts.After(failure, abort);

    public void EndOutput(StreamPort port)
    {
        // These codecs have packets that only later ones refer to.
        var left = _packets.Codec is "vp8" or "vp9" or "av1" or "mpeg4" ? StreamLoss.NotShown : StreamLoss.Lost;
        foreach (var header in InWork.TakeAll())
            port.Count(IsOutside(header.Pts) ? StreamLoss.NotShown : left, header);
        foreach (var header in _lost)
            port.Count(IsOutside(header.Pts) ? StreamLoss.NotShown : StreamLoss.Lost, header);
        port.Count(StreamLoss.NotShown, _outside);
        _outside = 0;
        _lost.Clear();
    }

    // Behind a key packet in mid-stream may be packets of pictures before it, which need what was not read.
    private bool IsOutside(long pts) => pts < _first || pts >= _end || context.Part?.Sees(pts) == false;

    private long? Ticks(double? seconds) =>
        seconds is { } value ? (long)Math.Ceiling(value / _packets.TimeBase.Value - 1e-6) : null;
}
