using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Processes;

namespace SegPipe.Contracts.Tests.Live;

internal sealed record DelayOptions : StageOptions
{
    /// <summary>Time that each frame takes, in milliseconds.</summary>
    [Range(0, 10_000)]
    public int DelayMs { get; init; }
}

/// <summary>Stands in place of a network that takes its time: every cell is class 1.</summary>
[Stage("delay")]
[Input(PayloadKind.Tensor)]
[Output(PayloadKind.Logits)]
internal sealed class DelayStage(DelayOptions options) : IStage
{
    private static readonly ClassTable Classes = new([new(0, "a", "#000000"), new(1, "b", "#ff0000")]);

    public Format Negotiate(Format input)
    {
        var tensor = (TensorFormat)input;
        return new LogitsFormat
        {
            TimeBase = input.TimeBase,
            Content = LogitsContent.Labels,
            Size = new(tensor.Size.Width / 8, tensor.Size.Height / 8),
            InputSize = tensor.Size,
            Classes = Classes,
            Model = "none",
            Placement = tensor.Placement,
        };
    }

    public void Process(Frame input, WritableFrame output)
    {
        if (options.DelayMs > 0) Pause.Wait(TimeProvider.System, TimeSpan.FromMilliseconds(options.DelayMs), CancellationToken.None);
        output.Bytes.Fill(1);
    }
}
