using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SegPipe.Testing;

/// <summary>What runs on this machine, read from /proc.</summary>
public static partial class RunningProcesses
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>Processes whose command line has this in it; those that have ended and only wait to be reaped have none.</summary>
    public static IReadOnlyList<int> Naming(string text) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(id => CommandLine(id).Contains(text, StringComparison.Ordinal))];

    /// <summary>The processes that a process has started, and theirs.</summary>
    public static IReadOnlyList<int> Below(int id) => [.. Children(id).SelectMany(child => Below(child).Prepend(child))];

    /// <summary>The command line with blanks between its arguments; empty where the process has ended.</summary>
    public static string CommandLine(int id) => Read($"/proc/{id}/cmdline").Replace('\0', ' ');

    /// <summary>The variables that it was started with; empty where the process has ended or hides them.</summary>
    public static string EnvironmentOf(int id) => Read($"/proc/{id}/environ").Replace('\0', '\n');

    /// <summary>Kills a process, if it has not ended yet.</summary>
    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>Sends a signal to those that have not ended yet.</summary>
    public static void Send(IEnumerable<int> ids, int signal)
    {
        foreach (var id in ids) _ = Signal(id, signal);
    }

    /// <summary>Waits until the processes have ended, which killed ones do within moments; throws where one does not.</summary>
    public static async Task EndAsync(IEnumerable<int> ids)
    {
        using var patience = new CancellationTokenSource(Grace);
        foreach (var id in ids)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                await process.WaitForExitAsync(patience.Token);
            }
            catch (ArgumentException)
            {
                // It has ended.
            }
            catch (OperationCanceledException)
            {
                // One that waits to be reaped by somebody else has ended, too.
                if (CommandLine(id) is { Length: > 0 } line) throw new InvalidOperationException($"Process {id} still runs: {line}");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    private static IEnumerable<int> Children(int id) =>
        from task in Directory.Exists($"/proc/{id}/task") ? Directory.GetDirectories($"/proc/{id}/task") : []
        from child in Read(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select int.Parse(child, CultureInfo.InvariantCulture);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
