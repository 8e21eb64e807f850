using System.Globalization;

namespace SegPipe.Processes;

/// <summary>
/// Ends what killed programs have left behind: a bubblewrap that dies with its parent just before it lets its own child go on leaves that
/// child waiting for ever, in the group of a leader that is gone.
/// </summary>
internal static class AbandonedChildren
{
    /// <summary>What our bubblewraps are known by.</summary>
    public static readonly IReadOnlyList<string> Mark = ["--hostname", "segpipe"];

    /// <summary>Kills those that are there now, whichever of our programs they were of.</summary>
    public static void End()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && IsAbandoned(process))
                _ = NativeMethods.Signal(process, NativeMethods.Kill);
    }

    private static bool IsAbandoned(int process)
    {
        if (ProcessTree.Read($"/proc/{process}/comm") != "bwrap\n" || !ProcessTree.Read($"/proc/{process}/cmdline").Contains($"\0{string.Join('\0', Mark)}\0", StringComparison.Ordinal))
            return false;
        // Whoever takes in orphans is of another session; a child whose wrapper lives is of its wrapper's.
        return Places(process) is var (parent, group, session) && group != process && !Directory.Exists($"/proc/{group}") && Places(parent)?.Session != session;
    }

    private static (int Parent, int Group, int Session)? Places(int process)
    {
        var text = ProcessTree.Read($"/proc/{process}/stat");
        // Behind the name, which may hold anything: state, parent, group, session.
        return text.LastIndexOf(')') is >= 0 and var end && text[(end + 2)..].Split(' ') is [_, var parent, var group, var session, ..]
            ? (int.Parse(parent, CultureInfo.InvariantCulture), int.Parse(group, CultureInfo.InvariantCulture), int.Parse(session, CultureInfo.InvariantCulture))
            : null;
    }
}
