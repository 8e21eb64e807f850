using System.CommandLine;
using SegPipe.Configuration;
using SegPipe.Host.Commands;

namespace SegPipe.Host;

/// <summary>Options that every command takes.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Say more; -vv shows the stack of an error.",
        Recursive = true,
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q")
    {
        Description = "Say less: warnings and errors; -qq errors only.",
        Recursive = true,
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<LogFormat?> _logFormat = TypedOption.OptionalWord<LogFormat>("--log-format", "Log lines for people, or one JSON object a line.");

    /// <summary>Declares the options; commands below the root inherit them.</summary>
    public GlobalOptions() => _logFormat.Recursive = true;

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_verbose, _quiet, _logFormat];

    /// <summary>Count of <c>-v</c> less that of <c>-q</c>.</summary>
    public int VerbosityOf(ParseResult parsed) => CountOf(parsed, _verbose) - CountOf(parsed, _quiet);

    /// <summary>The form of the log that was asked for, or null.</summary>
    public LogFormat? LogFormatOf(ParseResult parsed) => parsed.GetValue(_logFormat);

    private static int CountOf(ParseResult parsed, Option option) => parsed.GetResult(option)?.IdentifierTokenCount ?? 0;
}
