using Microsoft.ML.OnnxRuntime;
using SegPipe.Frames;
using SegPipe.Models;

namespace SegPipe.Stages.Inference;

/// <summary>Finds the shape that a network's output has for one picture, and holds its card against it.</summary>
internal static class OutputProbe
{
    /// <summary>Axes of the output, batch 1. A network whose file leaves them open is run once to see.</summary>
    /// <exception cref="SegPipeException">78 if the output has another shape than the card says, 65 if the network cannot run.</exception>
    public static long[] FindShape(ModelFile model, InferenceSession session)
    {
        var stated = model.Graph.Outputs.First(output => output.Name == model.Card.Output.Name).Shape;
        long[] shape = stated.Count > 0 && stated.Skip(1).All(axis => axis is not null)
            ? [1, .. stated.Skip(1).Select(axis => axis!.Value)]
            : RunOnce(model, session);
        return Fits(model.Card, shape)
            ? shape
            : throw new SegPipeException(ExitCode.Configuration,
                $"Model {model.Path} puts out [{string.Join(", ", shape)}], its card says {model.Card.Output.Size} cells and {model.Card.Classes.Count} classes.", "Correct the card.");
    }

    private static bool Fits(ModelCard card, long[] shape)
    {
        long[] cells = [card.Output.Size.Height, card.Output.Size.Width];
        return card.Output.Kind == LogitsContent.Logits
            ? shape.AsSpan().SequenceEqual([1, card.Classes.Count, .. cells])
            : shape.Length is 3 or 4 && shape.Aggregate(1L, (product, axis) => product * axis) == cells[0] * cells[1] && shape.AsSpan().IndexOf(cells) >= 0;
    }

    private static long[] RunOnce(ModelFile model, InferenceSession session)
    {
        using var input = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, session.InputMetadata[model.Card.Input.Name].ElementDataType, ModelRun.InputShape(model.Card.Input));
        input.GetTensorMutableRawData().Clear();
        using var options = new RunOptions();
        try
        {
            using var outputs = session.Run(options, [model.Card.Input.Name], [input], [model.Card.Output.Name]);
            return outputs[0].GetTensorTypeAndShape().Shape;
        }
        catch (OnnxRuntimeException e)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"Model {model.Path} does not run: {ModelSession.FirstLine(e)}", "Check the input size in its card.", e);
        }
    }
}
