using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Soak;

/// <summary>What a process holds, as the kernel says.</summary>
/// <param name="ResidentBytes">Its resident memory.</param>
/// <param name="Threads">Its threads but for the workers of the thread pool, whose number follows the load.</param>
/// <param name="Handles">Its open file handles.</param>
/// <param name="Processes">The processes below it.</param>
internal sealed record Vitals(long ResidentBytes, int Threads, int Handles, int Processes)
{
    /// <summary>Reads them now.</summary>
    public static Vitals Of(int process) => new(
        Resident(process),
        Directory.GetDirectories($"/proc/{process}/task").Count(task => !IsPoolWorker(task)),
        Directory.GetFileSystemEntries($"/proc/{process}/fd").Length,
        RunningProcesses.Below(process).Count);

    /// <summary>The least of each number over several readings: what is only being opened or started is not held.</summary>
    public static Vitals Least(IReadOnlyList<Vitals> readings) => new(
        readings.Select(v => v.ResidentBytes).Order().ElementAt(readings.Count / 2),
        readings.Min(v => v.Threads), readings.Min(v => v.Handles), readings.Min(v => v.Processes));

    private static long Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line["VmRSS:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
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
}
