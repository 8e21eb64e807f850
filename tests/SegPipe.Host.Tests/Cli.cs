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
