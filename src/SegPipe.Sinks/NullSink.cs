using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Sinks;

/// <summary>Takes frames and does nothing with them: for measuring what comes before.</summary>
/// <example><code lang="yaml">
/// type: null
/// from: labels
/// </code></example>
[Sink("null")]
[Input(PayloadKind.Packets, PayloadKind.Picture, PayloadKind.Tensor, PayloadKind.Logits, PayloadKind.Labels)]
public sealed class NullSink : ISink
{
    /// <summary>Makes the sink; its options are those that every sink has.</summary>
    public NullSink(NullOptions options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort) => default;

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="NullSink"/>.</summary>
public sealed record NullOptions : SinkOptions;
