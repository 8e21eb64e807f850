using System.CommandLine;
using SegPipe.Host.Running;

namespace SegPipe.Host.Commands;

/// <summary>Options of the commands that run pipelines.</summary>
internal sealed class RunOptions(HostConsole console, GlobalOptions globals)
{
    /// <summary>Where the report goes.</summary>
    public Option<string?> Report { get; } = new("--report") { HelpName = "FILE", Description = "Write the report as JSON." };

    /// <summary>How long a stop may take.</summary>
    public Option<double> ShutdownTimeout { get; } = TypedOption.Number("--shutdown-timeout", "Seconds that frames under way may take after a first signal.", 60, 0, 86_400);

    /// <summary>Settings of a pipeline's text from outside, <c>a.b=c</c>.</summary>
    public static Option<string[]> Set() => new("--set")
    {
        HelpName = "a.b=c",
        Description = "Set a value of the pipeline, as in sources.drive.path=drive.mp4; may be repeated.",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Whether other machines may be served without a token.</summary>
    public static Option<bool> InsecureNoAuth() => new("--insecure-no-auth") { Description = "Let http listen beyond this machine without a token_file." };

    /// <summary>The folder that outputs stay under.</summary>
    public static Option<string?> OutputRoot() => new("--output-root")
    {
        HelpName = "DIR",
        Description = "Folder that outputs stay under; the working folder by default.",
    };

    /// <summary>The settings that were asked for.</summary>
    /// <exception cref="SegPipeException">73 for a report that has no folder.</exception>
    public RunSettings Settings(ParseResult parsed)
    {
        var report = parsed.GetValue(Report);
        if (report is not null && Path.GetDirectoryName(Path.GetFullPath(report)) is { } folder && !Directory.Exists(folder))
            throw new SegPipeException(ExitCode.CannotCreate, $"The report's folder {folder} does not exist.", "Make it, or name another.");
        return new() { Report = report, LogFormat = globals.LogFormatOf(parsed), ShutdownTimeout = TimeSpan.FromSeconds(parsed.GetValue(ShutdownTimeout)), ShowsReport = console.Verbosity >= 0 };
    }
}
