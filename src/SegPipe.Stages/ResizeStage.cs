using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Stages.Inference;
using SegPipe.Stages.Kernels;

namespace SegPipe.Stages;

/// <summary>Makes a picture the input of a network: size, colour order, normalisation and fit as the model's card says; without a model, red, green, blue planes of 0–1.</summary>
/// <example><code lang="yaml">
/// type: resize
/// from: picture
/// model: street
/// </code></example>
[Stage("resize")]
[Input(PayloadKind.Picture)]
[Output(PayloadKind.Tensor)]
public sealed class ResizeStage : IStage
{
    private readonly ResizeOptions _options;
    private readonly CardInput? _card;
    private ResizePlan? _plan;

    /// <summary>Reads the model's card where a model is named.</summary>
    public ResizeStage(ResizeOptions options, ComponentContext context)
    {
        _options = options;
        _card = options.Model is { } model ? ModelSession.FileOf(context, model).Card.Input : null;
    }

    /// <inheritdoc/>
    public Format Negotiate(Format input)
    {
        var picture = (PictureFormat)input;
        var size = _card?.Size ?? new(_options.Width!.Value, _options.Height!.Value);
        var tensor = new TensorFormat
        {
            TimeBase = input.TimeBase,
            Element = _card?.Element ?? ElementType.Float32,
            Layout = _card?.Layout ?? TensorLayout.Nchw,
            Size = size,
            Model = _options.Model,
            Placement = PictureFitting.Place(_card?.Fit ?? _options.Fit ?? PictureFit.Stretch, picture, size),
        };
        var normalization = _card is null ? new Normalization(false, [0, 0, 0], [1, 1, 1]) : new(_card.Order == ChannelOrder.Bgr, _card.Mean, _card.Scale);
        _plan = new(picture, tensor, normalization);
        return tensor;
    }

    /// <inheritdoc/>
    public void Process(Frame input, WritableFrame output) => ResizeBilinear.Run(_plan!, input.Bytes, output.Bytes);
}

/// <summary>Options of <see cref="ResizeStage"/>: either <see cref="Model"/>, or <see cref="Width"/> and <see cref="Height"/>.</summary>
public sealed record ResizeOptions : StageOptions
{
    /// <summary>Id of the model in <c>models</c> whose card says what the tensor is to be.</summary>
    [ModelId]
    public string? Model { get; init; }

    /// <summary>Columns of the tensor, 1–16384.</summary>
    [Range(1, 16384)]
    public int? Width { get; init; }

    /// <summary>Rows of the tensor, 1–16384.</summary>
    [Range(1, 16384)]
    public int? Height { get; init; }

    /// <summary>How the picture is fitted where no model says it: <c>stretch</c> (default), <c>letterbox</c> or <c>crop</c>.</summary>
    public PictureFit? Fit { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check()
    {
        if (Model is null)
        {
            if (Width is null) yield return new(Height is null ? "model" : "height", "the size of the tensor is missing", Height is null ? "Write model, or width and height." : "Write width, too.");
            else if (Height is null) yield return new("width", "the size of the tensor is missing", "Write height, too.");
            yield break;
        }

        if (Width is not null) yield return new("width", "the size comes from the model's card", "Leave width out, or model.");
        if (Height is not null) yield return new("height", "the size comes from the model's card", "Leave height out, or model.");
        if (Fit is not null) yield return new("fit", "the fit comes from the model's card", "Leave fit out, or model.");
    }
}
