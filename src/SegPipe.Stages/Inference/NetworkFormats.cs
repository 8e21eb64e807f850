using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Models;

namespace SegPipe.Stages.Inference;

/// <summary>What goes into a stage that runs a network, and what comes out.</summary>
internal static class NetworkFormats
{
    /// <summary>The network's output for an input of this format.</summary>
    /// <param name="context">The stage's context.</param>
    /// <param name="model">Id of the model.</param>
    /// <param name="card">Its card.</param>
    /// <param name="tensor">The stage's input.</param>
    /// <exception cref="SegPipeException">78 if the input is not what the network takes.</exception>
    public static LogitsFormat Output(ComponentContext context, string model, ModelCard card, TensorFormat tensor)
    {
        RequireFit(context, model, card, tensor);
        return new()
        {
            TimeBase = tensor.TimeBase,
            Content = card.Output.Kind,
            Size = card.Output.Size,
            InputSize = card.Input.Size,
            Coordinates = card.Output.Coordinates,
            Classes = card.Classes,
            Model = model,
            Placement = tensor.Placement,
        };
    }

    private static void RequireFit(ComponentContext context, string model, ModelCard card, TensorFormat tensor)
    {
        if (tensor.Model is { } other && other != model)
        {
            throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: its input is prepared for model '{other}', not for '{model}'.", "Give the resize stage and this one the same model.");
        }

        var wanted = card.Input;
        if (tensor.Size != wanted.Size || tensor.Element != wanted.Element || tensor.Layout != wanted.Layout || tensor.Channels != 3)
        {
            throw new SegPipeException(ExitCode.Configuration,
                $"{context.Id}: model '{model}' takes {Describe(wanted.Size, wanted.Element, wanted.Layout, 3)}, its input is {Describe(tensor.Size, tensor.Element, tensor.Layout, tensor.Channels)}.",
                $"Write model: {model} at the resize stage.");
        }
    }

    private static string Describe(PictureSize size, ElementType element, TensorLayout layout, int channels) =>
        $"{size} {element.ToString().ToLowerInvariant()} {layout.ToString().ToUpperInvariant()} of {channels} channels";
}
