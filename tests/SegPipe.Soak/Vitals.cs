using System.Globalization;
using System.Text.RegularExpressions;
using SegPipe.Testing;

namespace SegPipe.Soak;

/// <summary>What a process holds, as the kernel says.</summary>
/// <param name="ResidentBytes">Its resident memory.</param>
/// <param name="Threads">Its threads but for the workers of the thread pool, whose number follows the load.</param>
/// <param name="Handles">Its open file handles by kind, but for the libraries that it has loaded so far.</param>
/// <param name="Processes">The processes below it.</param>
internal sealed partial record Vitals(long ResidentBytes, int Threads, IReadOnlyDictionary<string, int> Handles, int Processes)
{
    /// <summary>Reads them now.</summary>
    public static Vitals Of(int process) => new(
        Resident(process),
        Directory.GetDirectories($"/proc/{process}/task").Count(task => !IsPoolWorker(task)),
        Directory.GetFileSystemEntries($"/proc/{process}/fd").Select(Kind).OfType<string>().CountBy(kind => kind).ToDictionary(),
        RunningProcesses.Below(process).Count);

    /// <summary>The least of each over several readings: what is only being used, opened or started is not held.</summary>
    public static Vitals Least(IReadOnlyList<Vitals> readings) => new(
        readings.Min(v => v.ResidentBytes), readings.Min(v => v.Threads), readings.MinBy(v => v.Handles.Values.Sum())!.Handles, readings.Min(v => v.Processes));

    private static long Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line["VmRSS:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
    }

    private static string? Kind(string handle)
    {
        try
        {
            var name = File.ResolveLinkTarget(handle, returnFinalTarget: false)?.Name;
            return name?.EndsWith(".dll", StringComparison.Ordinal) == true ? null : Numbers().Replace(name ?? "", "N");
        }
        catch (IOException)
        {
            // It was closed between the listing and now.
            return null;
        }
    }

    private static bool IsPoolWorker(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).StartsWith(".NET TP", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has ended between the listing and now.
            return true;
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
