using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Http.Previews;
using SegPipe.Parts;
using SegPipe.Pictures;

namespace SegPipe.Host.Batch.Sampling;

/// <summary>Keeps a small JPEG of the first picture of every five seconds, and counts all of them for those who watch.</summary>
[Sink("thumbnails")]
[Input(PayloadKind.Picture)]
internal sealed class ThumbnailsSink(ThumbnailsOptions options, ComponentContext context) : ISink
{
    private const int Quality = 72;

    private readonly Part _part = context.Part!;
    private readonly SegmentProgress _progress = SegmentProgress.Of(context.Shared, context.Part!.Folder);
    private readonly SampleClock _clock = new(SampleClock.Thumbnails);
    private readonly List<Thumbnail> _thumbnails = [];

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        if (_clock.Due(frame) is { } seconds)
        {
            var small = SmallPicture.Of(frame.Bytes, (PictureFormat)frame.Format, options.Width);
            _thumbnails.Add(new(seconds, Convert.ToBase64String(JpegWriter.EncodeRgb(small.Rgb, small.Width, small.Height, Quality))));
        }
        _progress.Count();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        AtomicFile.Write(_part.PieceOf(context.Id, ".json"), BatchJson.Write(_thumbnails));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Options of <see cref="ThumbnailsSink"/>.</summary>
internal sealed record ThumbnailsOptions : SinkOptions
{
    /// <summary>Columns of the small pictures at most.</summary>
    public int Width { get; init; } = 208;
}
