using System.CommandLine;
using SegPipe.Configuration;
using SegPipe.Models;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models inspect</c>: a model's card, its operators and its classes.</summary>
internal static class InspectCommand
{
    public static Command Create(HostConsole console)
    {
        var model = new Argument<string>("PATH|NAME") { Description = "An ONNX file, or the name of a model that came with the program." };
        var command = new Command("inspect", "What a model wants, puts out and was made from.") { model };
        command.SetAction(parsed =>
        {
            var file = ModelFile.Load(ModelCatalog.Find(parsed.GetRequiredValue(model)));
            foreach (var line in Facts(file).Lines().Append("").Concat(Operators(file.Graph).Lines()).Append("").Concat(Classes(file.Card).Lines())) console.Out.WriteLine(line);
            return 0;
        });
        return command;
    }

    /// <summary>An input as <c>image: 512x512 rgb float32 nchw, stretch</c>.</summary>
    public static string Describe(CardInput input) => $"{input.Name}: {$"{input.Size} {input.Order} {input.Element} {input.Layout}, {input.Fit}".ToLowerInvariant()}";

    /// <summary>An output as <c>logits: logits 64x32, 19 classes, half_pixel</c>.</summary>
    public static string Describe(ModelCard card) =>
        $"{card.Output.Name}: {$"{card.Output.Kind} {card.Output.Size}".ToLowerInvariant()}, {card.Classes.Count} classes, {SnakeCase.Of(card.Output.Coordinates.ToString())}";

    private static TextTable Facts(ModelFile file)
    {
        var (card, facts) = (file.Card, new TextTable());
        facts.Add("name", card.Name);
        facts.Add("family", card.Family);
        facts.Add("file", $"{file.Path} ({file.Bytes:N0} bytes)");
        facts.Add("sha256", file.Sha256);
        facts.Add("card", file.CardPath == file.Path ? "in the file" : file.CardPath);
        facts.Add("input", Describe(card.Input));
        facts.Add("normalisation", $"(rgb / 255 - [{string.Join(", ", card.Input.Mean)}]) * [{string.Join(", ", card.Input.Scale)}]");
        facts.Add("output", Describe(card));
        facts.Add("batch", card.Batch?.ToString() ?? "any");
        facts.Add("graph", $"opset {file.Graph.Opset}, {file.Graph.Parameters:N0} parameters, by {(file.Graph.Producer.Length > 0 ? file.Graph.Producer : "an unknown program")}");
        foreach (var tensor in file.Graph.Inputs) facts.Add("graph input", tensor.ToString());
        foreach (var tensor in file.Graph.Outputs) facts.Add("graph output", tensor.ToString());
        if (card.Training is { } training) facts.Add("training", training);
        if (card.Quantisation is { } quantisation) facts.Add("quantisation", quantisation);
        if (card.Licence is { } licence) facts.Add("licence", licence);
        if (card.Source is { } source) facts.Add("source", source);
        if (card.Sha256 is { } hash) facts.Add("source sha256", hash);
        return facts;
    }

    private static TextTable Operators(GraphSummary graph)
    {
        var table = new TextTable("OPERATOR", "COUNT", "PARAMETERS");
        foreach (var op in graph.Operators) table.Add(op.Operator, $"{op.Count}", op.Parameters == 0 ? "-" : $"{op.Parameters:N0}");
        return table;
    }

    private static TextTable Classes(ModelCard card)
    {
        var table = new TextTable("ID", "CLASS", "COLOUR");
        foreach (var entry in card.Classes.Entries) table.Add($"{entry.Id}", entry.Name, entry.Color);
        return table;
    }
}
