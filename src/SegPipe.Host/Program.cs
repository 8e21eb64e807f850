using SegPipe.Configuration;
using SegPipe.Processes;

namespace SegPipe.Host;

/// <summary>Parses, runs, and turns whatever was thrown into one line or two and an exit code.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        using var heap = NativeHeap.Bound(TimeProvider.System);
        using var console = HostConsole.OfProcess();
        return await RunAsync(arguments, console).ConfigureAwait(false);
    }

    /// <summary>Runs a command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, HostConsole console)
    {
        var globals = new GlobalOptions();
        var parsed = CommandLine.Create(console, globals).Parse(arguments.Count == 0 ? ["--help"] : arguments);
        (console.Verbosity, console.Form) = (globals.VerbosityOf(parsed), globals.LogFormatOf(parsed) ?? LogFormat.Text);
        try
        {
            CommandLine.RequireUsable(parsed);
            var code = await parsed.InvokeAsync(CommandLine.Invocation(console)).ConfigureAwait(false);
            await console.Out.FlushAsync().ConfigureAwait(false);
            return code;
        }
        catch (IOException failure)
        {
            return (int)console.Fail(new SegPipeException(ExitCode.IoError, $"Reading or writing failed: {failure.Message}.", "Check the disk, and where the output goes.", failure));
        }
        catch (Exception failure)
        {
            return (int)console.Fail(failure);
        }
    }
}
