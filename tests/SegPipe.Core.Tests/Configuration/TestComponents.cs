using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;

namespace SegPipe.Tests.Configuration;

/// <summary>Components that are read and checked, never run; they stand in for the real ones, with the same words.</summary>
internal static class TestComponents
{
    public static ComponentCatalog Catalog { get; } = ComponentCatalog.Of(typeof(TestComponents).GetNestedTypes());

    public static PipelineReadResult Read(string yaml, ValidationLevel level = ValidationLevel.Topology, params (string Name, string Value)[] environment) =>
        PipelineReader.Read(new("p.yaml", yaml), Settings(level, environment));

    public static ReadSettings Settings(ValidationLevel level = ValidationLevel.Topology, params (string Name, string Value)[] environment) => new()
    {
        Catalog = Catalog,
        Level = level,
        Environment = environment.ToDictionary(e => e.Name, e => e.Value),
    };

    public abstract class Inert
    {
        public ValueTask DisposeAsync() => throw new NotSupportedException("Test components are not run.");

        public Format Negotiate(Format input) => throw new NotSupportedException("Test components are not run.");

        public Task RunAsync(StreamPort port, CancellationToken abort) => throw new NotSupportedException("Test components are not run.");
    }

    [Source("video_file")]
    [Output(PayloadKind.Packets)]
    public sealed class VideoFileSource(VideoFileSourceOptions options)
    {
        public VideoFileSourceOptions Options { get; } = options;
    }

    public sealed record VideoFileSourceOptions : SourceOptions
    {
        /// <summary>File that is read.</summary>
        [InputPath]
        public required string Path { get; init; }

        public Pace Pace { get; init; } = Pace.Fast;

        public bool Loop { get; init; }

        [Range(0.0, 1e6)]
        public double? Start { get; init; }
    }

    public enum Pace
    {
        Fast,
        RealTime,
    }

    [Source("rtsp", Live = true)]
    [Output(PayloadKind.Packets)]
    public sealed class RtspSource(RtspOptions options)
    {
        public RtspOptions Options { get; } = options;
    }

    public sealed record RtspOptions : SourceOptions
    {
        public required string Url { get; init; }

        public string? Username { get; init; }

        [Secret]
        public string? Password { get; init; }

        public ReconnectOptions Reconnect { get; init; } = new();
    }

    public sealed record ReconnectOptions
    {
        [Range(1, 60_000)]
        public int DelayMs { get; init; } = 500;

        public string[] Codecs { get; init; } = [];
    }

    [Source("street")]
    [Output(PayloadKind.Picture, Name = "picture", Index = 0)]
    [Output(PayloadKind.Labels, Name = "labels", Index = 1)]
    public sealed class StreetSource(StreetOptions options)
    {
        public StreetOptions Options { get; } = options;
    }

    public sealed record StreetOptions : SourceOptions
    {
        public Rational Fps { get; init; } = new(25, 1);

        [ByteSize]
        public long? Cache { get; init; }
    }

    [Stage("decode")]
    [Input(PayloadKind.Packets)]
    [Output(PayloadKind.Picture)]
    public sealed class DecodeStage(DecodeOptions options) : Inert, IStreamStage
    {
        public DecodeOptions Options { get; } = options;
    }

    public sealed record DecodeOptions : StageOptions
    {
        [Range(1, 64)]
        public int? Threads { get; init; }
    }

    [Stage("resize")]
    [Input(PayloadKind.Picture)]
    [Output(PayloadKind.Tensor)]
    public sealed class ResizeStage(ResizeOptions options)
    {
        public ResizeOptions Options { get; } = options;
    }

    public sealed record ResizeOptions : StageOptions
    {
        [ModelId]
        public string? Model { get; init; }

        [Range(1, 8192)]
        public int? Width { get; init; }

        [Range(1, 8192)]
        public int? Height { get; init; }

        public override IEnumerable<OptionProblem> Check()
        {
            if (Model is null && Width is null) yield return new("model", "either `model` or `width` and `height` must be given");
            if (Model is not null && Width is not null) yield return new("width", "`model` and `width` do not go together");
        }
    }

    [Stage("infer")]
    [Input(PayloadKind.Tensor)]
    [Output(PayloadKind.Logits)]
    public sealed class InferStage(InferOptions options)
    {
        public InferOptions Options { get; } = options;
    }

    public sealed record InferOptions : StageOptions
    {
        [ModelId]
        public required string Model { get; init; }
    }

    [Stage("vim_upsample")]
    [Input(PayloadKind.Logits)]
    [Output(PayloadKind.Labels)]
    public sealed class VimUpsampleStage(VimUpsampleOptions options)
    {
        public VimUpsampleOptions Options { get; } = options;
    }

    public sealed record VimUpsampleOptions : StageOptions
    {
        [AncestorId]
        public string? Like { get; init; }
    }

    [Stage("colorize")]
    [Input(PayloadKind.Picture, Index = 0)]
    [Input(PayloadKind.Labels, Index = 1)]
    [Output(PayloadKind.Picture)]
    public sealed class ColorizeStage(ColorizeOptions options)
    {
        public ColorizeOptions Options { get; } = options;
    }

    public sealed record ColorizeOptions : StageOptions
    {
        [PaletteName]
        public string? Palette { get; init; }

        [Range(0.0, 1.0)]
        public double Opacity { get; init; } = 0.5;
    }

    [Stage("encode")]
    [Input(PayloadKind.Picture)]
    [Output(PayloadKind.Packets)]
    public sealed class EncodeStage(EncodeOptions options) : Inert, IStreamStage
    {
        public EncodeOptions Options { get; } = options;
    }

    public sealed record EncodeOptions : StageOptions
    {
        [Range(0, 51)]
        public int? Crf { get; init; }
    }

    [Sink("video_file")]
    [Input(PayloadKind.Packets)]
    public sealed class VideoFileSink(FileSinkOptions options)
    {
        public FileSinkOptions Options { get; } = options;
    }

    public sealed record FileSinkOptions : SinkOptions
    {
        [OutputPath]
        public required string Path { get; init; }
    }

    [Sink("class_stats")]
    [Input(PayloadKind.Labels)]
    public sealed class ClassStatsSink(FileSinkOptions options)
    {
        public FileSinkOptions Options { get; } = options;
    }

    [Sink("rtsp")]
    [Input(PayloadKind.Packets)]
    public sealed class RtspSink(RtspSinkOptions options)
    {
        public RtspSinkOptions Options { get; } = options;
    }

    public sealed record RtspSinkOptions : SinkOptions
    {
        public required string Url { get; init; }
    }

    [Sink("null")]
    [Input(PayloadKind.Packets, PayloadKind.Picture, PayloadKind.Tensor, PayloadKind.Logits, PayloadKind.Labels)]
    public sealed class NullSink(NullOptions options)
    {
        public NullOptions Options { get; } = options;
    }

    public sealed record NullOptions : SinkOptions;
}
