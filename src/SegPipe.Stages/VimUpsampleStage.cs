using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Stages.Kernels;

namespace SegPipe.Stages;

/// <summary>Enlarges a network's output to a class map of a picture's size: bilinear interpolation and arg-max in one; models that put out classes are enlarged to the nearest.</summary>
/// <example><code lang="yaml">
/// type: vim_upsample
/// from: logits
/// like: picture
/// mode: exact
/// </code></example>
[Stage("vim_upsample")]
[Input(PayloadKind.Logits)]
[Output(PayloadKind.Labels)]
public sealed class VimUpsampleStage(VimUpsampleOptions options, ComponentContext context) : IStage
{
    private VimUpsamplePlan? _plan;
    private NearestUpsample? _nearest;

    /// <inheritdoc/>
    public Format Negotiate(Format input)
    {
        var logits = (LogitsFormat)input;
        var size = SizeOf(logits);
        if (logits.Content == LogitsContent.Labels) _nearest = new(logits, size);
        else (_nearest, _plan) = (null, new(logits, size, options.Mode));
        return new LabelsFormat
        {
            TimeBase = input.TimeBase,
            Size = size,
            Classes = logits.Classes,
        };
    }

    /// <inheritdoc/>
    public void Process(Frame input, WritableFrame output)
    {
        if (_nearest is not null)
        {
            _nearest.Run(input.Bytes, output.Bytes);
            return;
        }
        if (!VimUpsample.Run(_plan!, MemoryMarshal.Cast<byte, float>(input.Bytes), output.Bytes))
            throw new SegPipeException(ExitCode.PipelineFailed, $"{context.Id}: the network put out values that are not finite numbers.", "Check the model on this picture: an overflow inside it is the usual reason.");
        context.Status.Note(ComponentReading.VimClassesPresent, _plan!.CountPresent());
        context.Status.Note(ComponentReading.VimClassesEvaluated, _plan.Interpolated.AsSpan().Count(true));
    }

    private PictureSize SizeOf(LogitsFormat logits)
    {
        if (options.Like is null) return new(options.Width!.Value, options.Height!.Value);
        return logits.Pictures.TryGetValue(options.Like, out var size) ? size : throw new SegPipeException(ExitCode.Configuration,
            $"{context.Id}: 'like: {options.Like}' names no picture that its input is made from.",
            logits.Pictures.IsEmpty ? "Write width and height." : $"Name one of: {string.Join(", ", logits.Pictures.Keys.Order(StringComparer.Ordinal))}.");
    }
}

/// <summary>Options of <see cref="VimUpsampleStage"/>: either <see cref="Like"/>, or <see cref="Width"/> and <see cref="Height"/>.</summary>
public sealed record VimUpsampleOptions : StageOptions
{
    /// <summary>Id of the component whose picture size the class map gets; only its format is used, no frames.</summary>
    [AncestorId]
    public string? Like { get; init; }

    /// <summary>Columns of the class map, 1–16384.</summary>
    [Range(1, 16384)]
    public int? Width { get; init; }

    /// <summary>Rows of the class map, 1–16384.</summary>
    [Range(1, 16384)]
    public int? Height { get; init; }

    /// <summary>Which classes may win a pixel: <c>exact</c> (default) or <c>paper</c>.</summary>
    public UpsampleMode Mode { get; init; } = UpsampleMode.Exact;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check()
    {
        var sized = Width is not null || Height is not null;
        if (Like is not null && sized) yield return new("like", "the size is given twice, by like and by width and height", "Keep one of the two.");
        if (Like is null && !sized) yield return new("like", "the size of the class map is missing", "Write like: with the id of the picture's stage, or width and height.");
        if (Like is null && sized && (Width is null || Height is null))
            yield return new(Width is null ? "height" : "width", "width and height belong together", Width is null ? "Write width, too." : "Write height, too.");
    }
}

/// <summary>Which classes may win a pixel.</summary>
public enum UpsampleMode
{
    /// <summary>Every class.</summary>
    Exact,

    /// <summary>The classes that win at least one low-resolution cell of the picture: valid interpolation (VIM) as published with PP-MobileSeg.</summary>
    Paper,
}
