using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Sources.Street;

namespace SegPipe.Sources;

/// <summary>
/// A drive through a street that is made up from a seed: pictures (I420, BT.709, limited range) and their exact class maps with
/// Cityscapes' 19 classes. The same options give the same bytes.
/// </summary>
/// <example><code lang="yaml">
/// type: street
/// seed: 7
/// frames: 50
/// </code></example>
[Source("street")]
[Output(PayloadKind.Picture, Name = "picture", Index = 0)]
[Output(PayloadKind.Labels, Name = "labels", Index = 1)]
public sealed class StreetSource(StreetOptions options, ComponentContext context) : ISource
{
    private static readonly ColorTags Color = new(ColorRange.Limited, ColorMatrix.Bt709, "bt709", "bt709");

    private readonly FrameClock _clock = new(context.Time, options.Fps);
    private PictureFormat? _picture;
    private LabelsFormat? _labels;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort)
    {
        var size = new PictureSize(options.Width, options.Height);
        _picture = new PictureFormat { TimeBase = _clock.TimeBase, FrameRate = _clock.FrameRate, FrameCount = options.Frames, Size = size, Color = Color };
        _labels = new LabelsFormat { TimeBase = _clock.TimeBase, FrameRate = _clock.FrameRate, FrameCount = options.Frames, Size = size, Classes = Palette.Load("cityscapes").Classes };
        return Task.FromResult<IReadOnlyList<Format>>([_picture, _labels]);
    }

    /// <inheritdoc/>
    public async Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort)
    {
        var scene = new StreetScene(options.Width, options.Height, options.Seed, context.Limits.Threads ?? Environment.ProcessorCount);
        var converter = new Rgb24ToI420(Color);
        var rgb = new byte[3 * options.Width * options.Height];
        var labels = new byte[options.Width * options.Height];
        var picture = new byte[_picture!.FrameBytes!.Value];
        for (long number = 0; number < options.Frames && !stop.IsCancellationRequested; number++)
        {
            abort.ThrowIfCancellationRequested();
            scene.Render(options.StartMs / 1000.0 + number * _clock.TimeBase.Value, rgb, labels);
            converter.Convert(rgb, picture, options.Width, options.Height);
            var header = _clock.Header(number);
            await FrameClock.EmitAsync(port, _picture, header, picture).ConfigureAwait(false);
            await FrameClock.EmitAsync(port, _labels!, header, labels, output: 1).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="StreetSource"/>.</summary>
public sealed record StreetOptions : SourceOptions
{
    /// <summary>Which street it is; any whole number.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Columns, 2–8192.</summary>
    [Range(2, 8192)]
    public int Width { get; init; } = 1024;

    /// <summary>Rows, 2–8192.</summary>
    [Range(2, 8192)]
    public int Height { get; init; } = 512;

    /// <summary>Pictures a second, 0.1–240.</summary>
    [Range(0.1, 240.0)]
    public double Fps { get; init; } = 25;

    /// <summary>Number of pictures, from 1.</summary>
    [Range(1, int.MaxValue)]
    public int Frames { get; init; } = 250;

    /// <summary>Where on the drive the first picture is taken, in milliseconds from its start, 0–86400000.</summary>
    [Range(0, 86_400_000)]
    public int StartMs { get; init; }
}
