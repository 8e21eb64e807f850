using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Host.Batch.Storage;
using SegPipe.Parts;
using SegPipe.Pictures;

namespace SegPipe.Host.Batch.Sampling;

/// <summary>Keeps the shares of the classes in the first class map of every second.</summary>
[Sink("share_samples")]
[Input(PayloadKind.Labels)]
internal sealed class ShareSamplesSink(ShareSamplesOptions options, ComponentContext context) : ISink
{
    private readonly Part _part = context.Part!;
    private readonly SampleClock _clock = new(SampleClock.Shares);
    private readonly List<ShareSample> _samples = [];
    private IReadOnlyList<SampledClass> _classes = [];

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        var classes = ((LabelsFormat)format).Classes;
        var colors = options.Palette is { } palette ? Palette.Load(palette).Classes : classes;
        _classes = [.. classes.Entries.Select(c => new SampledClass(c.Name, c.Id < colors.Count ? colors.Entries[c.Id].Color : c.Color))];
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        if (_clock.Due(frame) is { } seconds) _samples.Add(new(seconds, Count(frame.Bytes)));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        AtomicFile.Write(_part.PieceOf(context.Id, ".json"), BatchJson.Write(new ShareSamples(_classes, _samples)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private double[] Count(ReadOnlySpan<byte> labels)
    {
        var counts = new int[256];
        foreach (var label in labels) counts[label]++;
        var pixels = (double)labels.Length;
        return [.. counts.Take(_classes.Count).Select(count => Math.Round(count / pixels, 4))];
    }
}

/// <summary>Options of <see cref="ShareSamplesSink"/>.</summary>
internal sealed record ShareSamplesOptions : SinkOptions
{
    /// <summary>The palette that the class maps are painted with, or null for the model's own colours.</summary>
    [PaletteName]
    public string? Palette { get; init; }
}
