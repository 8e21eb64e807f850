using SegPipe.Configuration;
using SegPipe.Host.Logging;
using SegPipe.Processes;
using Spectre.Console;

namespace SegPipe.Host;

/// <summary>Where the program stands and speaks: data goes to <see cref="Out"/>, everything for people to <see cref="Error"/>.</summary>
internal sealed class HostConsole : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SecretSet _secrets = new();

    /// <summary>Data only.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything for people.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The terminal behind <see cref="Error"/>, null where there is none.</summary>
    public IAnsiConsole? Terminal { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Count of <c>-v</c> less that of <c>-q</c>.</summary>
    public int Verbosity { get; set; }

    /// <summary>Whether people or programs read <see cref="Error"/>.</summary>
    public LogFormat Form { get; set; }

    /// <summary>The log lines of this process.</summary>
    public LineCounts Lines { get; } = new();

    /// <summary>The console of this process.</summary>
    public static HostConsole OfProcess() => new()
    {
        Out = new StreamWriter(Console.OpenStandardOutput()),
        Error = Console.Error,
        Terminal = Console.IsErrorRedirected ? null : AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }),
    };

    /// <summary>Keeps values from being shown from here on.</summary>
    public void Keep(SecretSet secrets) => _secrets.Add(secrets);

    /// <summary>A text with every secret replaced.</summary>
    public string Redact(string text) => _secrets.Redact(text);

    /// <summary>Says something to people, in the form of the log.</summary>
    public void Say(string text, string level = "info", string? happening = null)
    {
        Lines.Add(level);
        Write(Form == LogFormat.Json ? new LogLine(Time.GetUtcNow(), level, "", text, text) { Event = happening }.Json() : text);
    }

    /// <summary>Writes a line as it is, above a progress bar if one is shown, secrets replaced.</summary>
    public void Write(string line)
    {
        var clean = Redact(line);
        lock (_gate)
        {
            if (Terminal is null) Error.WriteLine(clean);
            else Terminal.Write(new Text(clean + "\n"));
        }
    }

    /// <summary>Writes a line that <c>-q</c> leaves out.</summary>
    public void Note(string line)
    {
        if (Verbosity >= 0) Say(line);
    }

    /// <summary>Says what failed in one line or two, from <c>-vv</c> on with its stack, and returns the exit code.</summary>
    public ExitCode Fail(Exception failure)
    {
        var known = failure as SegPipeException;
        var message = known?.Message ?? $"internal error: {failure.Message}";
        var advice = known is null ? "This is a defect of SegPipe; the option -vv shows where it happened." : known.Advice;
        if (Form == LogFormat.Json) Say(advice is null ? message : $"{message} {advice}", "error", "failed");
        else Say(advice is null ? $"segpipe: error: {message}" : $"segpipe: error: {message}\n  {advice}");
        if (Verbosity >= 2)
        {
            for (var at = failure; at is not null; at = at.InnerException)
                if (at is ChildProcessException child) Say(string.Join('\n', child.ErrorLines), "error", "child_messages");
            Say(failure.ToString(), "error", "stack");
        }
        return known?.Code ?? ExitCode.Internal;
    }

    /// <summary>Hands over what was said.</summary>
    public void Dispose() => Error.Flush();
}
