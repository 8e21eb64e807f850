using System.ComponentModel.DataAnnotations;
using System.Globalization;
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
    private static readonly ClassTable Boundaries = new([new(0, "inside", "#000000"), new(1, "boundary", "#ffffff")]);

    private static readonly ClassTable Confidences = new([.. Enumerable.Range(0, VimConfidence.Most + 1)
        .Select(level => new ClassEntry(level, string.Create(CultureInfo.InvariantCulture, $"lead {(double)level / VimConfidence.Steps:0.####}"), $"#{level:x2}{level:x2}{level:x2}"))]);

    private VimUpsamplePlan? _plan;
    private LabelsFormat? _format;
    private NearestUpsample? _nearest;

    /// <inheritdoc/>
    public Format Negotiate(Format input)
    {
        var logits = (LogitsFormat)input;
        var size = SizeOf(logits);
        if (logits.Content == LogitsContent.Labels) (_nearest, _plan) = (new(logits, size), null);
        else (_nearest, _plan) = (null, new(logits, size, options.Mode));
        if (options.Output == UpsampleOutput.Confidence && _plan is null)
        {
            throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: 'output: confidence' needs a network that puts out scores; {logits.Model} puts out classes.",
                "Write output: labels or boundaries, or import the model with its scores.");
        }

        return _format = new LabelsFormat
        {
            TimeBase = input.TimeBase,
            Size = size,
            Classes = options.Output switch
            {
                UpsampleOutput.Boundaries => Boundaries,
                UpsampleOutput.Confidence => Confidences,
                _ => logits.Classes,
            },
        };
    }

    /// <inheritdoc/>
    public void Process(Frame input, WritableFrame output)
    {
        if (_plan is null) _nearest!.Run(input.Bytes, output.Bytes);
        else Upsample(_plan, MemoryMarshal.Cast<byte, float>(input.Bytes), output.Bytes);
        if (options.Output == UpsampleOutput.Boundaries) LabelBoundaries.Run(output.Bytes, _format!.Size);
    }

    private void Upsample(VimUpsamplePlan plan, ReadOnlySpan<float> logits, Span<byte> labels)
    {
        if (!VimUpsample.Run(plan, logits, labels))
            throw new SegPipeException(ExitCode.PipelineFailed, $"{context.Id}: the network put out values that are not finite numbers.", "Check the model on this picture: an overflow inside it is the usual reason.");
        context.Status.Note(ComponentReading.VimClassesPresent, plan.CountPresent());
        context.Status.Note(ComponentReading.VimClassesEvaluated, plan.Interpolated.AsSpan().Count(true));
        if (options.Output == UpsampleOutput.Confidence) VimConfidence.Run(plan, logits, labels);
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

    /// <summary>
    /// What the map tells: <c>labels</c> (default), the class of each pixel; <c>boundaries</c>, 1 where the class differs from that of the right or lower neighbour and else 0;
    /// <c>confidence</c>, by how much the pixel's class leads the next, in sixteenths of a unit of the network's scores, 0–254. In each, 255 is what the network did not see.
    /// </summary>
    public UpsampleOutput Output { get; init; } = UpsampleOutput.Labels;

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

/// <summary>What a map tells of each pixel.</summary>
public enum UpsampleOutput
{
    /// <summary>Its class.</summary>
    Labels,

    /// <summary>Whether another class begins to its right or below: classes <c>inside</c> and <c>boundary</c>.</summary>
    Boundaries,

    /// <summary>The lead of its class over the next: a class a level, in shades of grey.</summary>
    Confidence,
}
