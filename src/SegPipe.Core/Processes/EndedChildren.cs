namespace SegPipe.Processes;

/// <summary>
/// Processor time of children that have ended. Samples miss the last moments, and a confined child's pipe ends only after its
/// process is gone; the system counts all ended children together, so what is new since the last one is the next one's.
/// </summary>
internal static class EndedChildren
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<ChildProcess> Unaccounted = [];
    private static double _accounted;

    public static void Add(ChildProcess child)
    {
        lock (Gate)
        {
            // Other children of this process, of which nothing is known here, are nobody's.
            if (Unaccounted.Count == 0)
                _accounted = CpuSeconds();
            Unaccounted.Add(child);
        }
    }

    /// <summary>Gives an ended child its share; a second call does nothing.</summary>
    public static void Account(ChildProcess child)
    {
        lock (Gate)
        {
            if (!Unaccounted.Remove(child))
                return;
            var others = Unaccounted.Where(c => c.HasExited).Sum(c => c.Usage.CpuSeconds);
            child.Correct(CpuSeconds() - _accounted - others);
            _accounted += child.Usage.CpuSeconds;
        }
    }

    private static unsafe double CpuSeconds()
    {
        var usage = stackalloc long[18];
        return NativeMethods.ResourceUsage(NativeMethods.EndedChildren, usage) == 0
            ? usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6
            : 0;
    }
}
