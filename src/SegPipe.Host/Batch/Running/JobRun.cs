using SegPipe.Host.Batch.Planning;

namespace SegPipe.Host.Batch.Running;

/// <summary>A video under way, by one plan.</summary>
/// <param name="entry">Where its progress is shown.</param>
/// <param name="plan">How it is cut.</param>
/// <param name="configHash">What its results belong to.</param>
/// <param name="missing">Segments without a result.</param>
internal sealed class JobRun(JobEntry entry, JobPlan plan, string configHash, IReadOnlyList<int> missing)
{
    private int _left = missing.Count, _leaving;

    /// <summary>Where its progress is shown.</summary>
    public JobEntry Entry => entry;

    /// <summary>How it is cut.</summary>
    public JobPlan Plan => plan;

    /// <summary>What its results belong to.</summary>
    public string ConfigHash => configHash;

    /// <summary>Segments without a result when it was begun.</summary>
    public IReadOnlyList<int> Missing => missing;

    /// <summary>Whether its plan was left for another one.</summary>
    public bool WasLeft => Volatile.Read(ref _leaving) != 0;

    /// <summary>Whether nothing more of this plan is to be run.</summary>
    public bool IsOver => Entry.Failure is not null || WasLeft;

    /// <summary>Leaves the plan for another one; false where that was done before.</summary>
    public bool TryLeave() => Interlocked.Exchange(ref _leaving, 1) == 0;

    /// <summary>Whether the segment that was finished is the last one.</summary>
    public bool CountDown() => Interlocked.Decrement(ref _left) == 0;
}
