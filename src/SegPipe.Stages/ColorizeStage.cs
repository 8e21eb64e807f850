using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Stages.Kernels;

namespace SegPipe.Stages;

/// <summary>Lays the colours of a class map over the picture that it was made from, in the picture's own colour space.</summary>
/// <example><code lang="yaml">
/// type: colorize
/// from: [picture, labels]
/// palette: cityscapes
/// opacity: 0.5
/// </code></example>
[Stage("colorize")]
[Input(PayloadKind.Picture, Index = 0)]
[Input(PayloadKind.Labels, Index = 1)]
[Output(PayloadKind.Picture)]
public sealed class ColorizeStage(ColorizeOptions options, ComponentContext context) : ICombine
{
    private readonly Palette? _palette = options.Palette is { } name ? Palette.Load(name) : null;
    private PaletteBlendPlan? _plan;

    /// <inheritdoc/>
    public WhenMissing WhenMissing => options.WhenMissing;

    /// <inheritdoc/>
    public Format Negotiate(IReadOnlyList<Format> inputs)
    {
        var picture = (PictureFormat)inputs[0];
        var labels = (LabelsFormat)inputs[1];
        if (picture.Size != labels.Size)
            throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: the class map is {labels.Size}, the picture {picture.Size}.", "Write 'like:' with the picture's id at the vim_upsample stage.");

        var palette = _palette ?? Palette.Of("of the model's classes", labels.Classes);
        if (palette.Classes.Count < labels.Classes.Count)
            throw new SegPipeException(ExitCode.Configuration,
                $"{context.Id}: palette '{options.Palette}' has {palette.Classes.Count} colours, the model {labels.Classes.Count} classes.", "Leave 'palette' out to take the model's own colours, or name a longer one.");

        _plan = new(picture, palette.Rgb, options.Opacity);
        return picture with { };
    }

    /// <inheritdoc/>
    public void Process(ReadOnlySpan<Frame> inputs, WritableFrame output)
    {
        if (inputs[1].IsEmpty) inputs[0].Bytes.CopyTo(output.Bytes);
        else PaletteBlend.Run(_plan!, inputs[0].Bytes, inputs[1].Bytes, output.Bytes);
    }
}

/// <summary>Options of <see cref="ColorizeStage"/>.</summary>
public sealed record ColorizeOptions : StageOptions
{
    /// <summary>Name of a palette that came with the program (<c>cityscapes</c>, <c>ade20k</c>, <c>voc</c>) or path of a JSON file; by default the colours of the model's card.</summary>
    [PaletteName]
    public string? Palette { get; init; }

    /// <summary>Share of the colour in the result, 0–1.</summary>
    [Range(0.0, 1.0)]
    public double Opacity { get; init; } = 0.5;

    /// <summary>What happens to a picture without a class map: <c>wait</c> (default), <c>hold</c> the last map, or <c>pass</c> it on as it is.</summary>
    public WhenMissing WhenMissing { get; init; } = WhenMissing.Wait;
}
