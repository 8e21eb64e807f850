using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Sampling;
using SegPipe.Host.Batch.Storage;
using SegPipe.Parts;
using SegPipe.Runtime;

namespace SegPipe.Host.Batch;

/// <summary>Puts the segments of a video together into its outputs.</summary>
/// <param name="store">Where results are, and outputs go.</param>
/// <param name="pipeline">What was run.</param>
/// <param name="services">What the join gets from outside.</param>
/// <param name="keepSegments">Whether the segments stay.</param>
internal sealed class Assembler(IBatchStore store, BatchPipeline pipeline, PipelineServices services, bool keepSegments)
{
    /// <summary>Joins a job whose segments are all committed; may be repeated after any failure.</summary>
    /// <returns>Null where it is finished, else the segments that are missing or were found damaged and withdrawn.</returns>
    /// <exception cref="SegPipeException">The pieces do not fit together, or an output cannot be written.</exception>
    public async Task<IReadOnlyList<int>?> AssembleAsync(JobPlan plan, string configHash, CancellationToken abort)
    {
        var (parts, gaps, missing) = await GatherAsync(plan, configHash, abort).ConfigureAwait(false);
        if (missing.Count > 0) return missing;
        if (parts.Count == 0) throw new SegPipeException(gaps[0].Failure.Code, gaps[0].Failure.Message, gaps[0].Failure.Advice);
        using var input = await store.InputAsync(plan.Input, abort).ConfigureAwait(false);
        var definition = pipeline.For(input.Path);
        await ClearAsync(plan.Job, configHash, abort).ConfigureAwait(false);
        await store.WriteAsync(BatchNames.Joining(plan.Job), new JobJoining(configHash, [.. PartJoin.OutputsOf(definition).Select(path => Path.GetRelativePath(store.OutputFolder, path))]), abort).ConfigureAwait(false);
        var outputs = await PartJoin.JoinAsync(definition, [.. parts.Select(p => new FinishedPart(p.Folder, p.Outcome.Result, p.Skipped))], services, abort).ConfigureAwait(false);
        await store.WriteAsync(BatchNames.Samples(plan.Job), JobSamples.Of([.. parts.Select(p => p.Folder)], plan.Segments[0].FirstPts * plan.TimeBase.Value), abort).ConfigureAwait(false);
        var done = new JobDone
        {
            ConfigHash = configHash,
            Frames = parts.Sum(p => p.Outcome.Result.Pictures),
            Lost = parts.Sum(p => p.Outcome.Result.Lost),
            Outputs = [.. outputs.Where(Path.Exists).Select(path => JobOutput.Of(store.OutputFolder, path))],
            Gaps = gaps,
            Seconds = Math.Round(parts.Sum(p => p.Outcome.Seconds), 3),
            Finished = services.Time.GetUtcNow(),
        };
        await store.FinishAsync(plan.Job, done, abort).ConfigureAwait(false);
        await store.RemoveAsync(BatchNames.Joining(plan.Job), abort).ConfigureAwait(false);
        await store.RemoveAsync(BatchNames.Failure(plan.Job), abort).ConfigureAwait(false);
        // A gap may be closed later, by one segment instead of all.
        if (!keepSegments && gaps.Count == 0) await store.RemoveSegmentsAsync(plan.Job, abort).ConfigureAwait(false);
        return null;
    }

    private static JobGap GapOf(JobPlan plan, PlannedSegment segment, JobFailure failure)
    {
        var next = segment.I + 1 < plan.Segments.Count ? plan.Segments[segment.I + 1].FirstPts : (long?)null;
        var at = (segment.FirstPts - plan.Segments[0].FirstPts) * plan.TimeBase.Value;
        var seconds = next is { } end ? (end - segment.FirstPts) * plan.TimeBase.Value : plan.Seconds - at;
        return new(segment.I, segment.Frames, Math.Round(at, 6), Math.Round(seconds, 6), failure);
    }

    private async Task<(List<(string Folder, SegmentOutcome Outcome, long Skipped)> Parts, List<JobGap> Gaps, List<int> Missing)> GatherAsync(JobPlan plan, string configHash, CancellationToken abort)
    {
        List<(string, SegmentOutcome, long)> parts = [];
        List<JobGap> gaps = [];
        long skipped = 0;
        List<int> missing = [];
        foreach (var segment in plan.Segments)
        {
            var work = new SegmentWork(plan.Job, segment.I, configHash);
            if (await store.OutcomeAsync(work, abort).ConfigureAwait(false) is not { } outcome)
            {
                missing.Add(segment.I);
                continue;
            }
            if (outcome.GivenUp is { } failure)
            {
                gaps.Add(GapOf(plan, segment, failure));
                skipped += segment.Frames;
                continue;
            }
            var folder = await store.PiecesAsync(work, abort).ConfigureAwait(false);
            if (outcome.DamageIn(folder) is null)
            {
                parts.Add((folder, outcome, skipped));
                skipped = 0;
                continue;
            }
            await store.WithdrawAsync(work, abort).ConfigureAwait(false);
            missing.Add(segment.I);
        }
        return (parts, gaps, missing);
    }

    /// <summary>Removes what another configuration had put out, or begun to: a folder of masks must not hold some of each.</summary>
    private async Task ClearAsync(string job, string configHash, CancellationToken abort)
    {
        if (await store.ReadAsync<JobJoining>(BatchNames.Joining(job), abort).ConfigureAwait(false) is { } begun && begun.ConfigHash != configHash)
        {
            foreach (var path in begun.Outputs) await store.RemoveHalfAsync(path, $"before-{configHash}", abort).ConfigureAwait(false);
        }
        if (await store.ReadAsync<JobDone>(BatchNames.Done(job), abort).ConfigureAwait(false) is not { } old) return;
        await store.RemoveAsync(BatchNames.Done(job), abort).ConfigureAwait(false);
        foreach (var output in old.Outputs) await store.RemoveOutputAsync(output, $"before-{configHash}", abort).ConfigureAwait(false);
    }
}
