using System.CommandLine;
using SegPipe.Models;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models</c>: what there is, what a model holds, and how published files become models.</summary>
internal static class ModelsCommand
{
    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var list = new Command("list", "Models that came with the program.");
        list.SetAction(_ => List(console));
        return new("models", "List, import and look into models.") 
        {
            list, ImportCommand.Create(console), InspectCommand.Create(console), VerifyCommand.Create(console), CompareCommand.Create(console, globals),
        };
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
}
