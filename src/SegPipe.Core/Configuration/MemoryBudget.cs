using System.Globalization;

namespace SegPipe.Configuration;

/// <summary>How much memory the frame pool may hold.</summary>
public static class MemoryBudget
{
    private const double DefaultShare = 0.6;

    /// <summary>The written budget, or 60 % of what the container or machine has; bytes.</summary>
    public static long Of(LimitsOptions limits) => limits.Memory ?? (long)(DefaultShare * Available());

    /// <summary>Memory of the container where that has a limit, else of the machine; bytes.</summary>
    public static long Available() => Available("/sys/fs/cgroup", "/proc/self/cgroup", "/proc/meminfo");

    internal static long Available(string cgroups, string ownGroup, string memoryInfo)
    {
        var total = Machine(memoryInfo) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return LimitFiles(cgroups, ownGroup).Select(Limit).OfType<long>().Append(total).Min();
    }

    /// <summary>The limits of the own group and all around it: the smallest counts.</summary>
    private static IEnumerable<string> LimitFiles(string cgroups, string ownGroup)
    {
        yield return Path.Combine(cgroups, "memory", "memory.limit_in_bytes");
        var own = Lines(ownGroup).FirstOrDefault(l => l.StartsWith("0::", StringComparison.Ordinal))?[3..].Trim('/') ?? "";
        for (var group = own; ; group = Path.GetDirectoryName(group) ?? "")
        {
            yield return Path.Combine(cgroups, group, "memory.max");
            if (group.Length == 0) yield break;
        }
    }

    private static long? Limit(string file) => Lines(file) is [var first, ..] && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null;

    private static long? Machine(string file) =>
        Lines(file).FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kib, ..]
            && long.TryParse(kib, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n << 10 : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
