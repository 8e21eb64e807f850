using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Sinks;

/// <summary>
/// Says how large and how often the dashboard shows what feeds this; without it pictures are up to 640 columns wide and come up to twice a second.
/// Needs <c>http</c>. The frames end here: those that are shown are copied where they come from, and only while somebody watches.
/// </summary>
/// <example><code lang="yaml">
/// type: preview
/// from: picture
/// max_width: 960
/// max_fps: 5
/// </code></example>
[Sink("preview")]
[Input(PayloadKind.Picture, PayloadKind.Labels)]
public sealed class PreviewSink : ISink
{
    /// <summary>Makes the sink; its options are for those who show the pictures.</summary>
    public PreviewSink(PreviewOptions options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort) => default;

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="PreviewSink"/>.</summary>
public sealed record PreviewOptions : SinkOptions, IPreviewOptions
{
    /// <summary>Columns above which pictures are made smaller, 16–4096.</summary>
    [Range(16, 4096)]
    public int MaxWidth { get; init; } = PreviewSettings.DefaultWidth;

    /// <summary>Most pictures a second, 0.1–25.</summary>
    [Range(0.1, 25.0)]
    public double MaxFps { get; init; } = PreviewSettings.DefaultFps;

    PreviewSettings IPreviewOptions.Preview => new(MaxWidth, MaxFps);
}
