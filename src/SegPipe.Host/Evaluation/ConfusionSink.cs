using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Host.Evaluation;

/// <summary>Compares class maps with the truth; the counts are left among the run's shared things.</summary>
[Sink("confusion")]
[Input(PayloadKind.Labels)]
internal sealed class ConfusionSink(ConfusionOptions options, ComponentContext context) : ISink
{
    private ConfusionMatrix? _matrix;
    private ITruth? _truth;

    /// <summary>The counts of a run.</summary>
    public static ConfusionMatrix MatrixOf(SharedResources shared) =>
        shared.GetOrAdd<ConfusionMatrix>("confusion", () => throw new InvalidOperationException("Nothing was compared."));

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        var classes = ((LabelsFormat)format).Classes.Count;
        _matrix = context.Shared.GetOrAdd("confusion", () => new ConfusionMatrix(classes));
        _truth ??= Directory.Exists(options.Truth) ? new LabelFolder(options.Truth) : new LabelVideo(options.Truth, context);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        var size = ((LabelsFormat)frame.Format).Size;
        var truth = _truth!.Next(frame);
        if (truth.Size != size)
            throw new SegPipeException(ExitCode.InputUnusable, $"{truth.Name} is {truth.Size}, its picture {size}.", "A class map has the size of its picture.");
        _matrix!.Add(truth.Labels.Span, frame.Bytes, frame.Format.Name);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        _truth!.RequireEnd();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _truth?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Options of <see cref="ConfusionSink"/>.</summary>
internal sealed record ConfusionOptions : SinkOptions
{
    /// <summary>A label video, or a folder of class maps called like the pictures.</summary>
    [InputPath]
    public required string Truth { get; init; }
}
