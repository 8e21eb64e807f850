using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Stages.Inference;
using SegPipe.Stages.Propagation;

namespace SegPipe.Stages;

/// <summary>
/// Stands in the place of <c>infer</c> and runs the network on every k-th picture only: the logits of those between are carried over along the motion of the picture, from the
/// inferred pictures before and after it.
/// </summary>
/// <example><code lang="yaml">
/// type: propagate
/// from: small
/// model: street
/// every: 2
/// </code></example>
[Stage("propagate", LatencyFrames = PropagateOptions.MostEvery - 1)]
[Input(PayloadKind.Tensor)]
[Output(PayloadKind.Logits)]
public sealed class PropagateStage(PropagateOptions options, ComponentContext context) : IStreamStage, IPreloadable
{
    private readonly ModelCard _card = ModelSession.FileOf(context, options.Model).Card;
    private IModelRun? _run;

    /// <inheritdoc/>
    public Format Negotiate(Format input) => Over((TensorFormat)input).Output;

    /// <inheritdoc/>
    public async Task RunAsync(StreamPort port, CancellationToken abort)
    {
        CarriedLogits? carrying = null;
        Format? format = null;
        while (await port.TakeAsync().ConfigureAwait(false) is { IsEmpty: false } frame)
        {
            if (!ReferenceEquals(frame.Format, format))
            {
                if (carrying is not null) await carrying.FinishAsync(port).ConfigureAwait(false);
                (format, carrying) = (frame.Format, Over((TensorFormat)frame.Format));
            }

            abort.ThrowIfCancellationRequested();
            await carrying!.TakeAsync(port, frame).ConfigureAwait(false);
        }

        if (carrying is not null) await carrying.FinishAsync(port).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Preload() => _ = ModelSession.Of(context, options.Model);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _run?.Dispose();
        return default;
    }

    private CarriedLogits Over(TensorFormat tensor)
    {
        var logits = NetworkFormats.Output(context, options.Model, _card, tensor);
        if (logits.Content != LogitsContent.Logits)
        {
            throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: model '{options.Model}' puts out classes, which cannot be carried over.", "Use infer, or a model that puts out logits.");
        }

        if (tensor.Size.Width < 2 * MotionPicture.Block || tensor.Size.Height < 2 * MotionPicture.Block)
            throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: motion cannot be seen in an input of {tensor.Size}.", "Use infer, or a model with a larger input.");
        _run ??= ModelSession.Of(context, options.Model).CreateRun();
        return new(options, context.Status, _run, tensor, logits, _card.Input);
    }
}

/// <summary>Where the logits of a picture that is not inferred come from.</summary>
public enum PropagateDirection
{
    /// <summary>From the inferred pictures before and after it: the better way, at the cost of waiting for the later one.</summary>
    Between,

    /// <summary>From the inferred picture before it, at once: for live sources.</summary>
    Forward,
}

/// <summary>Options of <see cref="PropagateStage"/>.</summary>
public sealed record PropagateOptions : StageOptions
{
    internal const int MostEvery = 4;

    /// <summary>Id of the model in <c>models</c>.</summary>
    [ModelId]
    public required string Model { get; init; }

    /// <summary>One picture in so many is inferred at least, 1–4.</summary>
    [Range(1, MostEvery)]
    public int Every { get; init; } = 2;

    /// <summary>Mean difference to the last inferred picture, in levels of 0–255 behind the motion, from which a picture is inferred out of turn, 0–255.</summary>
    [Range(0.0, 255.0)]
    public double Residual { get; init; } = 12;

    /// <summary>Where logits are carried over from: <c>between</c> (default) two inferred pictures, or <c>forward</c> from the last one.</summary>
    public PropagateDirection Direction { get; init; } = PropagateDirection.Between;

    /// <summary>One carried picture in so many is inferred, too, only to measure what carrying loses (metric <c>segpipe_propagate_loss_ratio</c>); 0 for never, 0–100000.</summary>
    [Range(0, 100_000)]
    public int CheckEvery { get; init; } = 100;

    /// <inheritdoc/>
    public override int Lead => Every - 1;

    /// <inheritdoc/>
    public override int Tail => Direction == PropagateDirection.Forward ? 0 : Every - 1;

    /// <inheritdoc/>
    public override int Period => Every;

    /// <inheritdoc/>
    public override int HeldBack(int most) => Direction == PropagateDirection.Forward ? 0 : Every - 1;
}
