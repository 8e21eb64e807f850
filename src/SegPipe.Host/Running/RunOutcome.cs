using System.Diagnostics;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>How a pipeline ended, and what it cost.</summary>
/// <param name="Report">The runtime's report.</param>
/// <param name="PeakResidentBytes">Most memory that this process has had so far.</param>
/// <param name="CpuSeconds">Processor time that this process has used so far.</param>
/// <param name="Children">What the pipeline's child processes used.</param>
internal sealed record RunOutcome(RunReport Report, long PeakResidentBytes, double CpuSeconds, IReadOnlyList<ChildOutcome> Children)
{
    /// <summary>The outcome of a run; the pipeline must not be disposed yet.</summary>
    public static RunOutcome Of(RunReport report, Pipeline pipeline)
    {
        using var self = Process.GetCurrentProcess();
        return new(report, self.PeakWorkingSet64, Math.Round(self.TotalProcessorTime.TotalSeconds, 3), ChildOutcome.Of(pipeline.Shared));
    }

    /// <summary>The outcome of a pipeline that could not begin.</summary>
    public static RunOutcome Refused(string pipeline, string? component, SegPipeException refused) => new(
        new(pipeline, "failed", refused.Code, refused.Message, refused.Advice, component, 0, 0, 0, [], []) { Failure = refused }, 0, 0, []);
}
