using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Parts;
using SegPipe.Pictures;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>Writes pictures as 24-bit PNG files.</summary>
/// <example><code lang="yaml">
/// type: image_folder
/// from: overlay
/// path: out/pictures
/// </code></example>
[Sink("image_folder")]
[Input(PayloadKind.Picture)]
public sealed class ImageFolderSink(ImageFolderOptions options, ComponentContext context) : ISink, IJoins
{
    private readonly PictureFiles _files = new(context, options.Path);
    private PictureFormat? _format;
    private YuvCoefficients? _coefficients;
    private byte[] _rgb = [];

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _format = (PictureFormat)format;
        _coefficients = YuvCoefficients.Of(_format.Color);
        _rgb = GC.AllocateUninitializedArray<byte>(checked(3 * _format.Size.Width * _format.Size.Height));
        _files.Prepare();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        var size = _format!.Size;
        if (_format.Layout == PictureLayout.Rgb) I420ToRgb24.PackPlanes(frame.Bytes, _rgb, size.Width, size.Height);
        else I420ToRgb24.Convert(frame.Bytes, _rgb, size.Width, size.Height, _coefficients!);
        _files.Write(frame, PngWriter.EncodeRgb(_rgb, size.Width, size.Height));
        return default;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task JoinAsync(MediaOrigin origin, IReadOnlyList<PartPiece> pieces, CancellationToken abort) => DedicatedThread.Run(() => _files.Join(pieces, abort));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="ImageFolderSink"/>.</summary>
public sealed record ImageFolderOptions : SinkOptions
{
    /// <summary>Folder that gets a file for each picture, named like the input picture or by number from <c>000000.png</c>; or, ending in <c>.png</c>, the file of the only picture.</summary>
    [OutputPath]
    public required string Path { get; init; }
}
