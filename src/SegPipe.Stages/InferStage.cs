using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Stages.Inference;

namespace SegPipe.Stages;

/// <summary>Runs a network; its input and output lie in frame memory, and all streams share one copy of the weights.</summary>
/// <example><code lang="yaml">
/// type: infer
/// from: small
/// model: street
/// </code></example>
[Stage("infer")]
[Input(PayloadKind.Tensor)]
[Output(PayloadKind.Logits)]
public sealed class InferStage : IStage, IPreloadable, IDisposable
{
    private readonly InferOptions _options;
    private readonly ComponentContext _context;
    private readonly ModelCard _card;
    private IModelRun? _run;

    /// <summary>Reads the model's file and card; the network itself is loaded when the input's format is known.</summary>
    public InferStage(InferOptions options, ComponentContext context)
    {
        _options = options;
        _context = context;
        _card = ModelSession.FileOf(context, options.Model).Card;
    }

    /// <inheritdoc/>
    public Format Negotiate(Format input)
    {
        var tensor = (TensorFormat)input;
        RequireFit(tensor);
        _run ??= ModelSession.Of(_context, _options.Model).CreateRun();
        return new LogitsFormat
        {
            TimeBase = input.TimeBase,
            Content = _card.Output.Kind,
            Size = _card.Output.Size,
            InputSize = _card.Input.Size,
            Coordinates = _card.Output.Coordinates,
            Classes = _card.Classes,
            Model = _options.Model,
            Placement = tensor.Placement,
        };
    }

    /// <inheritdoc/>
    public void Process(Frame input, WritableFrame output) => _run!.Run(input.Address, output.Address);

    /// <inheritdoc/>
    public void Preload() => _ = ModelSession.Of(_context, _options.Model);

    /// <inheritdoc/>
    public void Dispose() => _run?.Dispose();

    private void RequireFit(TensorFormat tensor)
    {
        if (tensor.Model is { } other && other != _options.Model)
        {
            throw new SegPipeException(ExitCode.Configuration, $"{_context.Id}: its input is prepared for model '{other}', not for '{_options.Model}'.", "Give the resize stage and this one the same model.");
        }

        var wanted = _card.Input;
        if (tensor.Size != wanted.Size || tensor.Element != wanted.Element || tensor.Layout != wanted.Layout || tensor.Channels != 3)
        {
            throw new SegPipeException(ExitCode.Configuration,
                $"{_context.Id}: model '{_options.Model}' takes {Describe(wanted.Size, wanted.Element, wanted.Layout, 3)}, its input is {Describe(tensor.Size, tensor.Element, tensor.Layout, tensor.Channels)}.",
                $"Write model: {_options.Model} at the resize stage.");
        }
    }

    private static string Describe(PictureSize size, ElementType element, TensorLayout layout, int channels) =>
        $"{size} {element.ToString().ToLowerInvariant()} {layout.ToString().ToUpperInvariant()} of {channels} channels";
}

/// <summary>Options of <see cref="InferStage"/>.</summary>
public sealed record InferOptions : StageOptions
{
    /// <summary>Id of the model in <c>models</c>; size, classes and coordinates come from its card.</summary>
    [ModelId]
    public required string Model { get; init; }
}
