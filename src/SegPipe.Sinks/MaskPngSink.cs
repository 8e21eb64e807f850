using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Parts;
using SegPipe.Pictures;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>Writes class maps as 8-bit gray PNG files: the value of a pixel is its class, 255 none.</summary>
/// <example><code lang="yaml">
/// type: mask_png
/// from: labels
/// path: out/labels
/// </code></example>
[Sink("mask_png")]
[Input(PayloadKind.Labels)]
public sealed class MaskPngSink(MaskPngOptions options, ComponentContext context) : ISink, IJoins
{
    private readonly PictureFiles _files = new(context, options.Path);

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _files.Prepare();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        var size = ((LabelsFormat)frame.Format).Size;
        _files.Write(frame, PngWriter.EncodeGray(frame.Bytes, size.Width, size.Height));
        return default;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task JoinAsync(MediaOrigin origin, IReadOnlyList<PartPiece> pieces, CancellationToken abort) => DedicatedThread.Run(() => _files.Join(pieces, abort));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="MaskPngSink"/>.</summary>
public sealed record MaskPngOptions : SinkOptions
{
    /// <summary>Folder that gets a file for each frame, named like the input picture or by number from <c>000000.png</c>; or, ending in <c>.png</c>, the file of the only frame.</summary>
    [OutputPath]
    public required string Path { get; init; }
}
