using System.CommandLine;
using SegPipe.Configuration;
using SegPipe.Host.Commands.Models;

namespace SegPipe.Host.Commands;

/// <summary>What <c>list</c> can be asked for.</summary>
internal enum ListSubject
{
    /// <summary>Sources.</summary>
    Sources,

    /// <summary>Stages.</summary>
    Stages,

    /// <summary>Sinks.</summary>
    Sinks,

    /// <summary>Models that came with the program.</summary>
    Models,
}

/// <summary><c>segpipe list</c>: the components and models that there are.</summary>
internal static class ListCommand
{
    public static Command Create(HostConsole console)
    {
        var subject = TypedOption.WordArgument<ListSubject>("WHAT", "All components by default, or one of");
        var command = new Command("list", "List sources, stages, sinks or models.") { subject };
        command.SetAction(parsed => Write(console, parsed.GetValue(subject)));
        return command;
    }

    private static int Write(HostConsole console, ListSubject? subject)
    {
        if (subject == ListSubject.Models) return ModelsCommand.List(console);
        var table = new TextTable("KIND", "TYPE", "IN", "OUT", "WHAT IT DOES");
        foreach (var component in BuildComponents.Catalog.All.Where(c => subject is null || (int)subject == (int)c.Kind))
        {
            table.Add(
                SnakeCase.Of(component.Kind.ToString()),
                component.Name,
                string.Join(" + ", component.Inputs.Select(i => string.Join('|', i.Accepts.Select(k => SnakeCase.Of(k.ToString()))))),
                string.Join(", ", component.Outputs.Select(o => SnakeCase.Of(o.Kind.ToString()))),
                FirstSentence(BuildComponents.Docs.Summary(component.ComponentType)));
        }
        foreach (var line in table.Lines()) console.Out.WriteLine(line);
        return 0;
    }

    /// <summary>The text up to its first pause that has said enough.</summary>
    private static string FirstSentence(string text)
    {
        const int Enough = 24;
        var pause = ((string[])[". ", ": ", "; ", " ("]).Select(p => text.IndexOf(p, Math.Min(Enough, text.Length), StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(text.Length).Min();
        return text[..pause].TrimEnd('.').Replace("`", "", StringComparison.Ordinal);
    }
}
