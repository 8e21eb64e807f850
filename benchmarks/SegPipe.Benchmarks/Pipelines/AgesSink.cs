using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>Notes the age of each frame, but for the first ones, in which children start and code is compiled.</summary>
[Sink("ages")]
[Input(PayloadKind.Packets, PayloadKind.Picture, PayloadKind.Labels)]
public sealed class AgesSink(AgesOptions options, ComponentContext context) : ISink
{
    private readonly Ages _ages = context.Shared.GetOrAdd("ages", () => new Ages());
    private int _seen;

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        if (_seen++ >= options.Skip) _ages.Milliseconds.Add(context.Time.GetElapsedTime(frame.Header.Captured).TotalMilliseconds);
        return default;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="AgesSink"/>.</summary>
public sealed record AgesOptions : SinkOptions
{
    /// <summary>Frames that are not noted.</summary>
    public int Skip { get; init; }
}

/// <summary>The ages that an <see cref="AgesSink"/> noted; to be read after the run.</summary>
public sealed class Ages
{
    internal List<double> Milliseconds { get; } = [];

    /// <summary>The age that a share of the frames stayed under.</summary>
    public double this[double share] => Milliseconds.Order().ElementAt((int)(share * Milliseconds.Count));
}
