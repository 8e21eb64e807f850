using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Stages;

/// <summary>Replaces every luma sample by its complement.</summary>
/// <example><code lang="yaml">
/// type: invert
/// from: picture
/// strength: 0.5
/// </code></example>
[Stage("invert")]
[Input(PayloadKind.Picture)]
[Output(PayloadKind.Picture)]
public sealed class InvertStage(InvertOptions options) : IStage
{
    private int _luma;

    /// <inheritdoc/>
    public Format Negotiate(Format input)
    {
        var picture = (PictureFormat)input;
        _luma = picture.Size.Width * picture.Size.Height;
        return picture with { };
    }

    /// <inheritdoc/>
    public void Process(Frame input, WritableFrame output)
    {
        input.Bytes.CopyTo(output.Bytes);
        var luma = output.Bytes[.._luma];
        for (var i = 0; i < luma.Length; i++) luma[i] = (byte)(luma[i] + options.Strength * (255 - 2 * luma[i]));
    }
}

/// <summary>Options of <see cref="InvertStage"/>.</summary>
public sealed record InvertOptions : StageOptions
{
    /// <summary>Share of the complement in the result, 0–1.</summary>
    [Range(0.0, 1.0)]
    public double Strength { get; init; } = 1.0;
}
