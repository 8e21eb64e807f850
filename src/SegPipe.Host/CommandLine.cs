using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SegPipe.Configuration;
using SegPipe.Host.Commands;
using SegPipe.Host.Commands.Batch;
using SegPipe.Host.Commands.Cluster;
using SegPipe.Host.Commands.Models;

namespace SegPipe.Host;

/// <summary>The commands, put together.</summary>
internal static class CommandLine
{
    /// <summary>The root with every command below it.</summary>
    public static RootCommand Create(HostConsole console, GlobalOptions globals)
    {
        var root = new RootCommand("Segments video: YAML files wire sources, stages and sinks; segpipe checks and runs them.")
        {
            DemoCommand.Create(console, globals),
            SegmentCommand.Create(console, globals),
            RunCommand.Create(console, globals),
            BatchCommand.Create(console),
            SubmitCommand.Create(console),
            WorkerCommand.Create(console),
            DeadCommand.Create(console),
            ValidateCommand.Create(console),
            GraphCommand.Create(console),
            ListCommand.Create(console),
            DescribeCommand.Create(console),
            SchemaCommand.Create(console),
            ModelsCommand.Create(console, globals),
            EvalCommand.Create(console, globals),
        };
        root.HelpName = "segpipe";
        foreach (var option in globals.All) root.Add(option);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Show help, also of a command.";
            foreach (var alias in help.Aliases.Where(a => a != "-h").ToList()) help.Aliases.Remove(alias);
            help.Action = new RootHelp((HelpAction)help.Action!);
        }
        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Description = "Show the version.";
            version.Action = new VersionText();
        }
        return root;
    }

    /// <summary>How commands are called: no handlers of their own for signals and exceptions.</summary>
    public static InvocationConfiguration Invocation(HostConsole console) => new()
    {
        Output = console.Out,
        Error = console.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    /// <summary>Refuses a command line that cannot be understood.</summary>
    /// <exception cref="SegPipeException">64 with what is wrong and where to look.</exception>
    public static void RequireUsable(ParseResult parsed)
    {
        if (parsed.Action is CommandLineAction { ClearsParseErrors: true }) return;
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', PathOf(parsed.CommandResult).Reverse());
        var word = parsed.UnmatchedTokens is [var first, ..] ? first : OptionAmongArguments(parsed);
        if (word is null && parsed.Errors.Count == 0) return;
        throw new SegPipeException(ExitCode.Usage, word is null ? Plain(parsed.Errors[0]) : Unknown(word, command), $"See: {path} --help");
    }

    /// <summary>A misspelt option that an argument took for its value; what stands behind <c>--</c> is meant as it is.</summary>
    private static string? OptionAmongArguments(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .FirstOrDefault(token => token.Type == TokenType.Argument && token.Value is ['-', '-', _, ..] or ['-', >= 'a' and <= 'z', ..])?.Value;

    private static IEnumerable<string> PathOf(CommandResult result)
    {
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
            yield return command.Command is RootCommand ? "segpipe" : command.Command.Name;
    }

    private static string Unknown(string word, Command command)
    {
        var isOption = word.StartsWith('-');
        IEnumerable<string> known = isOption
            ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(c => c.Options.Where(o => o.Recursive))).Select(o => o.Name)
            : command.Subcommands.Select(c => c.Name);
        var what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        return $"Unknown {what} '{word}'{Suggestion.Clause(word, known)}";
    }

    private static string Plain(ParseError error) => error.Message.TrimEnd('.') + (error.Message.EndsWith('?') ? "" : ".");
}
