using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Cluster;

/// <summary>A batch that this worker may touch: its truth, its pipeline, and what works on it.</summary>
internal sealed record OpenBatch(ISharedStore Store, BatchSpec Spec, BatchPipeline Pipeline, BatchPlanner Planner, SegmentRunner Runner, Assembler Assembler)
{
    /// <summary>Whether this worker would make what the batch asks for: its version and the models' files are those of the submitter.</summary>
    public bool IsAlike => Pipeline.Fingerprint == Spec.Fingerprint;

    /// <summary>The plan of a job, or null.</summary>
    public Task<JobPlan?> PlanOfAsync(string job, CancellationToken cancel) => Store.ReadAsync<JobPlan>(BatchNames.Plan(job), cancel);

    /// <summary>How far a job is.</summary>
    public async Task<JobView> ViewAsync(JobPlan plan, CancellationToken cancel)
    {
        var hash = plan.ConfigHash(Spec.Fingerprint);
        var done = await Store.ReadAsync<JobDone>(BatchNames.Done(plan.Job), cancel).ConfigureAwait(false);
        var isDone = done is not null && done.ConfigHash == hash && await Store.HoldsAsync(done.Outputs, cancel).ConfigureAwait(false);
        // A gap that was closed since, or is to be tried again, is to be joined again.
        foreach (var gap in isDone ? done!.Gaps : [])
            isDone &= await Store.OutcomeAsync(new(plan.Job, gap.Segment, hash), cancel).ConfigureAwait(false) is { GivenUp: not null };
        var committed = isDone ? null : await Store.CommittedAsync(plan.Job, hash, cancel).ConfigureAwait(false);
        return new(BatchNames.HashOf(BatchJson.Write(plan), 64), hash, plan.Segments.Count, committed is null ? [] : [.. plan.Segments.Select(s => s.I).Where(i => !committed.Contains(i))], isDone, isDone && done!.Gaps.Count > 0);
    }
}
