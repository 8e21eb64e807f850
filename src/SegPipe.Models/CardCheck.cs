using SegPipe.Frames;

namespace SegPipe.Models;

/// <summary>Compares a card with the graph that it describes.</summary>
internal static class CardCheck
{
    /// <summary>Complains about everything in which the two disagree.</summary>
    /// <exception cref="SegPipeException">78 with every disagreement in one message.</exception>
    public static void Require(ModelFile file)
    {
        var problems = new List<string>();
        var (card, graph) = (file.Card, file.Graph);
        CheckInput(card.Input, graph.Inputs, problems);
        CheckOutput(card, graph.Outputs, problems);
        if (problems.Count > 0)
        {
            throw new SegPipeException(ExitCode.Configuration, $"Model {file.Path} and its card disagree: {string.Join("; ", problems)}.",
                file.CardPath == file.Path ? "Export the model again with the right card." : $"Correct {file.CardPath}.");
        }
    }

    private static void CheckInput(CardInput card, IReadOnlyList<GraphTensor> inputs, List<string> problems)
    {
        if (inputs.Count != 1) problems.Add($"the graph has {inputs.Count} inputs, one is possible");
        if (Find(card.Name, inputs, "input", problems) is not { } input) return;
        var element = card.Element == ElementType.Float32 ? "float32" : "uint8";
        if (input.Element != element) problems.Add($"the input is {input.Element}, the card says {element}");
        long[] axes = card.Layout == TensorLayout.Nchw ? [3, card.Size.Height, card.Size.Width] : [card.Size.Height, card.Size.Width, 3];
        CheckAxes("input", input, axes, problems);
    }

    private static void CheckOutput(ModelCard card, IReadOnlyList<GraphTensor> outputs, List<string> problems)
    {
        if (Find(card.Output.Name, outputs, "output", problems) is not { } output) return;
        var (height, width) = (card.Output.Size.Height, card.Output.Size.Width);
        if (card.Output.Kind == LogitsContent.Labels)
        {
            if (output.Element is not ("uint8" or "int32" or "int64")) problems.Add($"the output is {output.Element}; class maps are uint8, int32 or int64");
            long[] axes = output.Shape.Count == 4 ? (output.Shape[3] == 1 ? [height, width, 1] : [1, height, width]) : [height, width];
            CheckAxes("output", output, axes, problems);
            return;
        }

        if (output.Element != "float32") problems.Add($"the output is {output.Element}; logits are float32");
        if (output.Shape is [_, { } planes, _, _] && planes != card.Classes.Count)
        {
            problems.Add($"the output has {planes} planes, the card has {card.Classes.Count} classes");
        }
        else
        {
            CheckAxes("output", output, [card.Classes.Count, height, width], problems);
        }
    }

    private static GraphTensor? Find(string name, IReadOnlyList<GraphTensor> tensors, string what, List<string> problems)
    {
        var found = tensors.FirstOrDefault(tensor => tensor.Name == name);
        if (found is null) problems.Add($"the graph has no {what} '{name}' (it has {string.Join(", ", tensors.Select(tensor => tensor.Name))})");
        return found;
    }

    private static void CheckAxes(string what, GraphTensor tensor, long[] wanted, List<string> problems)
    {
        // A graph without shape leaves everything open; the inference itself checks sizes again.
        if (tensor.Shape.Count == 0) return;
        var axes = tensor.Shape.Skip(1).ToArray();
        if (axes.Length != wanted.Length || axes.Zip(wanted).Any(pair => pair.First is { } axis && axis != pair.Second))
        {
            problems.Add($"the {what} is {tensor}, the card asks for [batch, {string.Join(", ", wanted)}]");
        }
    }
}
