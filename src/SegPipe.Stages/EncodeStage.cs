using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Processes;

namespace SegPipe.Stages;

/// <summary>
/// Encodes pictures as 4:2:0 video, in a confined FFmpeg; RGB of still pictures becomes BT.709 in limited range. Sizes must be even:
/// an odd row or column is cropped. The codec's global headers are known with the first packet only: it begins a new format.
/// </summary>
/// <example><code lang="yaml">
/// type: encode
/// from: overlay
/// codec: h264
/// crf: 23
/// </code></example>
[Stage("encode")]
[Input(PayloadKind.Picture)]
[Output(PayloadKind.Packets)]
public sealed class EncodeStage(EncodeOptions options, ComponentContext context) : IStreamStage
{
    /// <inheritdoc/>
    public Format Negotiate(Format input)
    {
        var pictures = (PictureFormat)input;
        if (pictures.Size.Width < 2 || pictures.Size.Height < 2)
            throw new SegPipeException(ExitCode.InputUnusable, $"{context.Id}: a picture of {pictures.Size} cannot be encoded as video.", "Use pictures of at least 2x2.");
        var even = PictureEncoder.Even(pictures.Size);
        if (even != pictures.Size)
            context.Log.LogWarning("{Component}: {Codec} needs even sizes; {Size} is cropped to {Even}.", context.Id, options.Codec.ToString().ToLowerInvariant(), pictures.Size, even);
        // Found now rather than with the first picture.
        _ = FfmpegTools.For(context);
        return PictureEncoder.Packets(pictures, options.Codec, "", default, 0);
    }

    /// <inheritdoc/>
    public Task RunAsync(StreamPort port, CancellationToken abort) =>
        new CoderExchange(port, new PictureEncoder(options, context), abort).RunAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Codecs that video is encoded with.</summary>
public enum EncodeCodec
{
    /// <summary>H.264, by x264.</summary>
    H264,

    /// <summary>H.265, by x265.</summary>
    H265,
}

/// <summary>Trade of time for size.</summary>
public enum EncodePreset
{
    /// <summary>Fastest, largest.</summary>
    Ultrafast,

    /// <summary>Second fastest.</summary>
    Superfast,

    /// <summary>Third fastest.</summary>
    Veryfast,

    /// <summary>Fourth fastest.</summary>
    Faster,

    /// <summary>Fifth fastest.</summary>
    Fast,

    /// <summary>The codec's usual.</summary>
    Medium,

    /// <summary>Slower than usual.</summary>
    Slow,

    /// <summary>Slower again.</summary>
    Slower,

    /// <summary>Slowest of use.</summary>
    Veryslow,
}

/// <summary>Options of <see cref="EncodeStage"/>.</summary>
public sealed record EncodeOptions : StageOptions
{
    /// <summary>The codec: <c>h264</c> (default) or <c>h265</c>.</summary>
    public EncodeCodec Codec { get; init; } = EncodeCodec.H264;

    /// <summary>Trade of time for size, from <c>ultrafast</c> to <c>veryslow</c>; <c>veryfast</c> by default.</summary>
    public EncodePreset Preset { get; init; } = EncodePreset.Veryfast;

    /// <summary>Constant quality, 0 (best) to 51; 23 by default. Not together with <c>bitrate</c>.</summary>
    [Range(0.0, 51.0)]
    public double? Crf { get; init; }

    /// <summary>Bits a second, 10,000–1,000,000,000; kept over two seconds. Not together with <c>crf</c>.</summary>
    [Range(10_000, 1_000_000_000)]
    public int? Bitrate { get; init; }

    /// <summary>Milliseconds between key pictures, 1–600,000; by default the encoder's choice.</summary>
    [Range(1, 600_000)]
    public int? KeyframeIntervalMs { get; init; }

    /// <summary>Threads of the encoder, 1–64; by default <c>limits.threads</c>, else the encoder's own choice.</summary>
    [Range(1, 64)]
    public int? Threads { get; init; }

    /// <summary>Milliseconds without progress after which FFmpeg is taken for stuck and the run fails, 100–3,600,000.</summary>
    [Range(100, 3_600_000)]
    public int StallTimeoutMs { get; init; } = 30_000;

    /// <summary>Whether each packet comes out as soon as its picture is in, at the cost of larger files: no B-frames, no looking ahead; by default behind live sources.</summary>
    public bool? LowLatency { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check() => Crf is not null && Bitrate is not null
        ? [new("bitrate", "`crf` and `bitrate` exclude one another", "Keep one of them.")]
        : [];
}

/// <summary>Pictures in, packets out.</summary>
internal sealed class PictureEncoder(EncodeOptions options, ComponentContext context) : ICoder
{
    private const double DefaultCrf = 23;

    private readonly CoderRestarts _restarts = new(context, options.OnError);
    private PacketsFormat _packets = null!;
    private Rational _childTimeBase;
    private long _sequence;

    public FramesInWork InWork { get; } = new();

    public static PictureSize Even(PictureSize size) => new(size.Width & ~1, size.Height & ~1);

    public static PacketsFormat Packets(PictureFormat pictures, EncodeCodec codec, string fourCc, ReadOnlyMemory<byte> extradata, int delay) => new()
    {
        TimeBase = pictures.TimeBase,
        OriginalTimeBase = pictures.OriginalTimeBase,
        Codec = codec == EncodeCodec.H264 ? "h264" : "hevc",
        FourCc = System.Text.Encoding.ASCII.GetBytes(fourCc),
        Extradata = extradata,
        DecodeDelay = delay,
        Size = Even(pictures.Size),
        PixelFormat = "yuv420p",
        Color = EncodeArguments.EncodedColor(pictures),
        SampleAspect = pictures.SampleAspect,
        Origin = pictures.Origin,
    };

    public ChildProcess Start(Format format)
    {
        var tools = FfmpegTools.For(context);
        _restarts.Started();
        var pictures = (PictureFormat)format;
        var prompt = options.LowLatency ?? context.Live;
        var arguments = new EncodeArguments
        {
            Format = pictures,
            Encoder = options.Codec == EncodeCodec.H264 ? "libx264" : "libx265",
            Preset = options.Preset.ToString().ToLowerInvariant(),
            Crf = options.Crf ?? DefaultCrf,
            BitRate = options.Bitrate,
            KeyInterval = options.KeyframeIntervalMs / 1000.0,
            Threads = options.Threads ?? context.Limits.Threads ?? 0,
            LowLatency = prompt,
            BitExact = context.Part is not null,
        };
        var child = new ChildOptions { Role = "encode", HasInput = true, HasOutput = true, StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs) };
        return tools.Start(
            context,
            arguments.Build(tools),
            prompt ? child.Prompt(pictures, Packets(pictures, options.Codec, "", default, 0)) : child,
            new() { AddressSpaceBytes = 16L << 30 });
    }

    public bool Skips(in FrameHeader header) => context.Part?.Owns(header.Pts) == false;

    public NutStream Header(Format format) => Carrier.Header((PictureFormat)format);

    public void BeginOutput(NutStream stream, Format input)
    {
        _childTimeBase = stream.TimeBase;
        _restarts.Works();
        _packets = Packets((PictureFormat)input, options.Codec, stream.FourCcText, stream.Extradata, stream.DecodeDelay);
    }

    public void Emit(OutputPort port, NutReader reader, NutFrame frame, Waiter waiter)
    {
        var pts = Carrier.FromCoder(frame.Pts, _childTimeBase, _packets.TimeBase);
        if (!InWork.TryTake(pts, out var header))
            throw new SegPipeException(ExitCode.PipelineFailed, $"{context.Id}: the encoder gave more packets than it got pictures.", "Try another codec or preset.");

        var emitted = false;
        WritableFrame packet = default;
        try
        {
            packet = waiter.Wait(port.RentAsync(_packets, frame.Size));
            if (!packet.IsEmpty)
                reader.ReadPayload(packet.Bytes);
            emitted = true;
        }
        finally
        {
            if (!emitted)
            {
                packet.Dispose();
                InWork.Add(header);
            }
        }
        waiter.Wait(port.EmitAsync(packet, header with { Sequence = _sequence++, Pts = pts, Key = frame.IsKey }));
    }

    public bool Survives(SegPipeException failure, CancellationToken abort) => _restarts.After(failure, abort);

    public void EndOutput(StreamPort port)
    {
        foreach (var header in InWork.TakeAll())
            port.Count(StreamLoss.Lost, header);
    }
}
