using System.CommandLine;
using SegPipe.Models;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models</c>: what there is, what a model holds, and how published files become models.</summary>
internal static class ModelsCommand
{
    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var list = new Command("list", "Models that came with the program, and published ones.");
        list.SetAction(_ => List(console));
        return new("models", "List, fetch, import, check, compare, optimise and quantise models.")
        {
            list, ImportCommand.Create(console), PullCommand.Create(console), InspectCommand.Create(console), VerifyCommand.Create(console), CompareCommand.Create(console, globals),
            OptimizeCommand.Create(console), QuantizeCommand.Create(console, globals),
        };
    }

    /// <summary>Writes one line a model: those that came with the program, then the published ones.</summary>
    public static int List(HostConsole console)
    {
        var table = new TextTable("NAME", "FAMILY", "CLASSES", "INPUT", "PUBLISHED ACCURACY", "LICENCE", "AVAILABLE");
        foreach (var path in ModelCatalog.Paths())
        {
            var card = ModelFile.Load(path).Card;
            table.Add(Path.GetFileNameWithoutExtension(path), card.Family, $"{card.Classes.Count}", card.Input.Size.ToString(), "-", card.Licence ?? "-", "here");
        }

        foreach (var model in PublishedModels.All())
        {
            table.Add(model.Name, model.Family, model.Classes ?? $"{model.ClassCount}", model.Input ?? "any",
                model.Accuracy is { } accuracy ? $"{accuracy} ({model.AccuracyWhere})" : "-", model.Licence ?? "-", Availability(model));
        }

        foreach (var line in table.Lines()) console.Out.WriteLine(line);
        return 0;
    }

    private static string Availability(PublishedModel model) =>
        !model.Imports ? $"cannot be imported ({model.Container})" : model.Address is not null ? "models pull" : model.Published!;
}
