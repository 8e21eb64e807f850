using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Host.Quantising;

/// <summary>Keeps prepared pictures among the run's shared things.</summary>
[Sink("prepared")]
[Input(PayloadKind.Tensor)]
internal sealed class PreparedSink(PreparedOptions options, ComponentContext context) : ISink
{
    private PreparedPictures? _pictures;

    /// <summary>The pictures of a run.</summary>
    public static PreparedPictures Of(SharedResources shared) => shared.GetOrAdd("prepared", () => new PreparedPictures(1));

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _pictures = context.Shared.GetOrAdd("prepared", () => new PreparedPictures(options.Most));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        _pictures!.Add(frame.Bytes);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Options of <see cref="PreparedSink"/>.</summary>
internal sealed record PreparedOptions : SinkOptions
{
    /// <summary>Largest number of pictures kept.</summary>
    public required int Most { get; init; }
}
