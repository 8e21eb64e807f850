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
        var logits = NetworkFormats.Output(_context, _options.Model, _card, (TensorFormat)input);
        _run ??= ModelSession.Of(_context, _options.Model).CreateRun();
        return logits;
    }

    /// <inheritdoc/>
    public void Process(Frame input, WritableFrame output) => _run!.Run(input.Address, output.Address);

    /// <inheritdoc/>
    public void Preload() => _ = ModelSession.Of(_context, _options.Model);

    /// <inheritdoc/>
    public void Dispose() => _run?.Dispose();
}

/// <summary>Options of <see cref="InferStage"/>.</summary>
public sealed record InferOptions : StageOptions
{
    /// <summary>Id of the model in <c>models</c>; size, classes and coordinates come from its card.</summary>
    [ModelId]
    public required string Model { get; init; }
}
