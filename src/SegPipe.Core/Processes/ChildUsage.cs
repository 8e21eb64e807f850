namespace SegPipe.Processes;

/// <summary>What a child and its descendants have used.</summary>
/// <param name="CpuSeconds">User and system time, in seconds; sampled while it runs, and corrected at its end.</param>
/// <param name="PeakResidentBytes">Largest resident memory that was seen, in bytes.</param>
public readonly record struct ChildUsage(double CpuSeconds, long PeakResidentBytes)
{
    /// <summary>The larger value of each field.</summary>
    internal ChildUsage Max(ChildUsage other) =>
        new(Math.Max(CpuSeconds, other.CpuSeconds), Math.Max(PeakResidentBytes, other.PeakResidentBytes));
}
