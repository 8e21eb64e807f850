using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Storage;
using SegPipe.Parts;

namespace SegPipe.Host.Batch;

/// <summary>Segments that cannot be made and are left out: they have a result that says so, in place of pieces.</summary>
internal static class GivenUpSegments
{
    /// <summary>Whether a failure is one of a segment, and not of the machine or the batch.</summary>
    public static bool Allows(SegPipeException failure) => failure.Code is ExitCode.InputUnusable or ExitCode.PipelineFailed or ExitCode.Internal;

    /// <summary>Writes down that a segment is left out; a result that was there first stays.</summary>
    public static async Task AddAsync(IBatchStore store, SegmentWork work, string worker, int attempt, JobFailure failure, TimeProvider time, CancellationToken abort)
    {
        var staged = await store.StageAsync(work, worker, attempt, abort).ConfigureAwait(false);
        var outcome = new SegmentOutcome
        {
            Result = new PartResult { Pictures = 0, Lost = 0, NotShown = 0, Outputs = [] },
            Sha256 = StoredFile.Sum([]),
            Worker = worker,
            Attempt = attempt,
            Seconds = 0,
            Finished = time.GetUtcNow(),
            GivenUp = failure,
        };
        if (!await store.CommitAsync(work, staged, outcome, abort).ConfigureAwait(false)) await store.DiscardAsync(staged).ConfigureAwait(false);
    }

    /// <summary>Takes that back for all segments of a job, so that they are tried again.</summary>
    public static async Task WithdrawAsync(IBatchStore store, JobPlan plan, string configHash, CancellationToken abort)
    {
        foreach (var index in await store.CommittedAsync(plan.Job, configHash, abort).ConfigureAwait(false))
        {
            var work = new SegmentWork(plan.Job, index, configHash);
            if (await store.OutcomeAsync(work, abort).ConfigureAwait(false) is { GivenUp: not null }) await store.WithdrawAsync(work, abort).ConfigureAwait(false);
        }
    }
}
