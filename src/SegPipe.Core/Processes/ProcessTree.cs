using System.Globalization;

namespace SegPipe.Processes;

/// <summary>Reads /proc for a process and its descendants.</summary>
internal static class ProcessTree
{
    // USER_HZ, the unit of /proc times, is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>CPU time and resident memory of the tree, as far as it still exists; ended descendants are in their parents' figures.</summary>
    public static ChildUsage Usage(int root)
    {
        long ticks = 0, resident = 0;
        foreach (var process in Walk(root))
        {
            ticks += CpuTicks(process);
            resident += PeakResident(process);
        }
        return new(ticks / TicksPerSecond, resident);
    }

    /// <summary>The processes of the tree that have no children: behind wrappers, the program itself.</summary>
    public static IReadOnlyList<int> Leaves(int root) => [.. Walk(root).Where(p => Children(p).Count == 0)];

    private static IEnumerable<int> Walk(int root) => Children(root).SelectMany(Walk).Prepend(root);

    private static List<int> Children(int process)
    {
        var text = Read($"/proc/{process}/task/{process}/children");
        return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
    }

    private static long CpuTicks(int process)
    {
        var text = Read($"/proc/{process}/stat");
        var end = text.LastIndexOf(')');
        if (end < 0)
            return 0;
        // Behind the name: state is field 3; utime, stime, cutime and cstime are 14 to 17.
        var fields = text[(end + 2)..].Split(' ');
        return fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
    }

    private static long PeakResident(int process)
    {
        var text = Read($"/proc/{process}/status");
        var at = text.IndexOf("VmHWM:", StringComparison.Ordinal);
        if (at < 0)
            return 0;
        var value = text[(at + 6)..text.IndexOf("kB", at, StringComparison.Ordinal)];
        return long.Parse(value.Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The text of a file of /proc; empty where its process has ended.</summary>
    public static string Read(string path)
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
