using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>Stands in place of a network that takes its time: stripes of classes, one a column of cells.</summary>
[Stage("delayed_model")]
[Input(PayloadKind.Tensor)]
[Output(PayloadKind.Logits)]
public sealed class DelayedModelStage(DelayedModelOptions options, ComponentContext context) : IStage
{
    private const int Stride = 16, Classes = 19;

    private static readonly ClassTable Table = new([.. Enumerable.Range(0, Classes).Select(id => new ClassEntry(id, $"class {id}", $"#{10 * id:x2}{255 - 10 * id:x2}80"))]);

    /// <inheritdoc/>
    public Format Negotiate(Format input)
    {
        var tensor = (TensorFormat)input;
        return new LogitsFormat
        {
            TimeBase = input.TimeBase,
            Content = LogitsContent.Labels,
            Size = new(tensor.Size.Width / Stride, tensor.Size.Height / Stride),
            InputSize = tensor.Size,
            Classes = Table,
            Model = "none",
            Placement = tensor.Placement,
        };
    }

    /// <inheritdoc/>
    public void Process(Frame input, WritableFrame output)
    {
        if (options.DelayMs > 0) Processes.Pause.Wait(context.Time, TimeSpan.FromMilliseconds(options.DelayMs), CancellationToken.None);
        for (var i = 0; i < output.Bytes.Length; i++) output.Bytes[i] = (byte)(i % Classes);
    }
}

/// <summary>Options of <see cref="DelayedModelStage"/>.</summary>
public sealed record DelayedModelOptions : StageOptions
{
    /// <summary>Time that each frame takes, in milliseconds.</summary>
    public int DelayMs { get; init; }
}
