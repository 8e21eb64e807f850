using SegPipe.Components;
using SegPipe.Processes;

namespace SegPipe.Host.Running;

/// <summary>What one child process of a run used.</summary>
/// <param name="Component">Id of the component that it served.</param>
/// <param name="Role">What it did: fetch, decode, encode, mux.</param>
/// <param name="CpuSeconds">Processor time.</param>
/// <param name="PeakResidentBytes">Most memory.</param>
internal sealed record ChildOutcome(string Component, string Role, double CpuSeconds, long PeakResidentBytes)
{
    /// <summary>The children of a run.</summary>
    public static IReadOnlyList<ChildOutcome> Of(SharedResources shared) =>
        [.. shared.GetOrAdd(nameof(ChildUsages), () => new ChildUsages()).Snapshot().Select(c => new ChildOutcome(c.Component, c.Role, Math.Round(c.Usage.CpuSeconds, 3), c.Usage.PeakResidentBytes))];
}
