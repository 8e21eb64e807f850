using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SegPipe.Host;

/// <summary>Help that groups the commands by what a person wants; a command's own help is the standard one.</summary>
internal sealed class RootHelp(HelpAction standard) : SynchronousCommandLineAction
{
    /// <summary>The groups, in the order in which they are shown.</summary>
    public static readonly IReadOnlyList<(string Title, string[] Commands)> Groups =
    [
        ("Start here", ["demo", "segment"]),
        ("Pipelines", ["run", "batch", "validate", "graph"]),
        ("Many machines", ["submit", "worker", "dead"]),
        ("Look up", ["list", "describe", "schema"]),
        ("Models", ["models", "eval"]),
    ];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root) return standard.Invoke(parseResult);
        Write(root, parseResult.InvocationConfiguration.Output);
        return 0;
    }

    /// <summary>Writes the help of the whole program.</summary>
    public static void Write(RootCommand root, TextWriter output)
    {
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine("Usage: segpipe COMMAND [ARGUMENTS] [OPTIONS]");
        foreach (var (title, names) in Groups)
        {
            output.WriteLine();
            output.WriteLine(title);
            foreach (var name in names)
            {
                var command = root.Subcommands.Single(c => c.Name == name);
                var shape = string.Join(' ', command.Arguments.Select(a => a.Arity.MaximumNumberOfValues > 1 ? a.Name + "…" : a.Name).Prepend(name));
                output.WriteLine($"  {shape,-24} {command.Description}");
            }
        }
        output.WriteLine();
        output.WriteLine("Options");
        foreach (var option in root.Options)
        {
            var names = string.Join(", ", option.Aliases.Append(option.Name).Where(n => n.StartsWith('-')).OrderBy(n => n.Length));
            output.WriteLine($"  {(option.HelpName is { } value ? $"{names} {value}" : names),-24} {option.Description}");
        }
        output.WriteLine();
        output.WriteLine("Examples");
        output.WriteLine("  segpipe segment drive.mp4 -o drive-overlay.mp4 --labels drive-labels");
        output.WriteLine("  segpipe run pipelines/overlay-video.yaml --set sources.drive.path=drive.mp4");
        output.WriteLine();
        output.WriteLine("segpipe COMMAND --help tells more about a command.");
    }
}
