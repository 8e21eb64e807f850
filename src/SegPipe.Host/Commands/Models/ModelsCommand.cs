using System.CommandLine;
using SegPipe.Configuration;
using SegPipe.Models;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models</c>: what there is, what a model holds, and how published files become models.</summary>
internal static class ModelsCommand
{
    public static Command Create(HostConsole console)
    {
        var model = new Argument<string>("PATH|NAME") { Description = "An ONNX file, or the name of a model that came with the program." };
        var list = new Command("list", "Models that came with the program.");
        list.SetAction(_ => List(console));
        var inspect = new Command("inspect", "What a model wants, puts out and was made from.") { model };
        inspect.SetAction(parsed => Inspect(console, parsed.GetRequiredValue(model)));
        return new("models", "List, import and look into models.") { list, ImportCommand.Create(console), inspect };
    }

    /// <summary>Writes one line a model.</summary>
    public static int List(HostConsole console)
    {
        var table = new TextTable("NAME", "FAMILY", "INPUT", "CLASSES", "LICENCE");
        foreach (var path in ModelCatalog.Paths())
        {
            var card = ModelFile.Load(path).Card;
            table.Add(Path.GetFileNameWithoutExtension(path), card.Family, card.Input.Size.ToString(), $"{card.Classes.Count}", card.Licence ?? "");
        }
        foreach (var line in table.Lines()) console.Out.WriteLine(line);
        return 0;
    }

    /// <summary>An input as <c>image: 512x512 rgb float32 nchw, stretch</c>.</summary>
    public static string Describe(CardInput input) => $"{input.Name}: {$"{input.Size} {input.Order} {input.Element} {input.Layout}, {input.Fit}".ToLowerInvariant()}";

    private static int Inspect(HostConsole console, string nameOrPath)
    {
        var file = ModelFile.Load(ModelCatalog.Find(nameOrPath));
        foreach (var line in Facts(file).Lines()) console.Out.WriteLine(line);
        console.Out.WriteLine();
        var classes = new TextTable("ID", "CLASS", "COLOUR");
        foreach (var entry in file.Card.Classes.Entries) classes.Add($"{entry.Id}", entry.Name, entry.Color);
        foreach (var line in classes.Lines()) console.Out.WriteLine(line);
        return 0;
    }

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
        facts.Add("output", $"{card.Output.Name}: {card.Output.Kind} {card.Output.Size}, {card.Classes.Count} classes, ".ToLowerInvariant() + SnakeCase.Of(card.Output.Coordinates.ToString()));
        facts.Add("batch", card.Batch?.ToString() ?? "any");
        facts.Add("graph", $"opset {file.Graph.Opset}, {file.Graph.Parameters:N0} parameters, by {(file.Graph.Producer.Length > 0 ? file.Graph.Producer : "an unknown program")}");
        foreach (var tensor in file.Graph.Inputs) facts.Add("graph input", tensor.ToString());
        foreach (var tensor in file.Graph.Outputs) facts.Add("graph output", tensor.ToString());
        facts.Add("operators", string.Join(", ", file.Graph.Operators.Take(8).Select(o => $"{o.Operator} {o.Count}")));
        if (card.Training is { } training) facts.Add("training", training);
        if (card.Licence is { } licence) facts.Add("licence", licence);
        if (card.Source is { } source) facts.Add("source", source);
        return facts;
    }
}
