using SegPipe.Testing;

namespace SegPipe.Host.Tests;

/// <summary>The program, run inside of the test's process.</summary>
internal static class Cli
{
    /// <summary>Runs a command line to its end.</summary>
    public static async Task<CliResult> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        using var console = new HostConsole { Out = output, Error = TextWriter.Synchronized(error) };
        var code = await Program.RunAsync(arguments, console);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Full path of a file in the repository.</summary>
    public static string InRepository(string path) => Path.Combine(SharedFolder.Repository, path);
}

/// <summary>What a command line gave.</summary>
internal sealed record CliResult(int Code, string Out, string Error)
{
    /// <summary>Requires an exit code, and shows what was said where it is another.</summary>
    public CliResult Expect(ExitCode code)
    {
        Assert.True((int)code == Code, $"exit code {Code} instead of {(int)code}\n--- stdout\n{Out}\n--- stderr\n{Error}");
        return this;
    }

    /// <summary>Requires an error of at most two lines that says this, without a stack trace.</summary>
    public CliResult Fails(ExitCode code, params string[] parts)
    {
        Expect(code);
        foreach (var part in parts) Assert.Contains(part, Error);
        var lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipWhile(line => !line.StartsWith("segpipe: error: ", StringComparison.Ordinal)).ToList();
        Assert.InRange(lines.Count, 1, 2);
        Assert.DoesNotContain("   at ", Error);
        return this;
    }
}
