using System.Globalization;
using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Sampling;
using SegPipe.Host.Batch.Storage;
using SegPipe.Parts;
using SegPipe.Runtime;

namespace SegPipe.Host.Batch;

/// <summary>Runs one segment and commits what came out of it, after comparing it with the plan.</summary>
/// <param name="store">Where results go.</param>
/// <param name="pipeline">What is run.</param>
/// <param name="services">What runs get from outside; with <c>Shared</c>, models stay loaded from segment to segment.</param>
internal sealed class SegmentRunner(IBatchStore store, BatchPipeline pipeline, PipelineServices services)
{
    /// <summary>Runs a segment that has no result yet.</summary>
    /// <param name="plan">The plan of its job.</param>
    /// <param name="work">The segment.</param>
    /// <param name="worker">Name of who works, of letters, digits and dashes.</param>
    /// <param name="attempt">How often it was tried, from 1.</param>
    /// <param name="watch">Called with the segment's progress before it begins, or null.</param>
    /// <param name="abort">Ends it now; nothing of it stays.</param>
    /// <exception cref="PlanDiffersException">What came out is not what was planned.</exception>
    /// <exception cref="SegPipeException">It failed.</exception>
    public async Task<SegmentResult> RunAsync(JobPlan plan, SegmentWork work, string worker, int attempt, Action<SegmentProgress>? watch, CancellationToken abort)
    {
        var segment = plan.Segments[work.Index];
        var started = services.Time.GetTimestamp();
        using var input = await store.InputAsync(plan.Input, abort).ConfigureAwait(false);
        if (input.Sha256 is { } fetched && fetched != plan.Sha256) throw new SegPipeException(ExitCode.InputUnusable, $"{plan.Input} has changed since it was planned.", "Submit it again.");
        var definition = SegmentSampling.AddTo(pipeline.For(input.Path));
        var staged = await store.StageAsync(work, worker, attempt, abort).ConfigureAwait(false);
        var committed = false;
        try
        {
            if (services.Shared is { } shared) watch?.Invoke(SegmentProgress.Of(shared, staged));
            var result = await PartRun.RunAsync(definition, PartOf(segment, staged), services, abort).ConfigureAwait(false);
            Verify(plan, segment, result);
            IReadOnlyList<StoredFile> pieces = [.. result.Outputs.SelectMany(o => o.Files).Select(f => new StoredFile(f.Name, f.Bytes, f.Sha256)).OrderBy(f => f.Name, StringComparer.Ordinal)];
            var outcome = new SegmentOutcome
            {
                Result = result,
                Sha256 = StoredFile.Sum(pieces),
                Worker = worker,
                Attempt = attempt,
                Seconds = Math.Round(services.Time.GetElapsedTime(started).TotalSeconds, 3),
                Finished = services.Time.GetUtcNow(),
            };
            committed = await store.CommitAsync(work, staged, outcome, abort).ConfigureAwait(false);
            return new(outcome, committed);
        }
        finally
        {
            if (!committed) await store.DiscardAsync(staged).ConfigureAwait(false);
        }
    }

    private static Part PartOf(PlannedSegment segment, string folder) => new()
    {
        Folder = folder,
        FirstPts = segment.I == 0 ? long.MinValue : segment.FirstPts,
        EndPts = segment.EndPts,
        LeadPts = segment.LeadSeq == 0 ? long.MinValue : segment.LeadPts,
        TailPts = segment.TailPts,
        LeadSequence = segment.LeadSeq,
    };

    /// <summary>A coder's exit code tells nothing of a whole output: what counts is what was counted.</summary>
    private static void Verify(JobPlan plan, PlannedSegment segment, PartResult result)
    {
        var seen = result.Pictures + result.Lost + result.NotShown;
        if (seen != segment.Frames) throw Differs($"{seen} of {segment.Frames} pictures came out");
        // Times that go back are whatever the containers on the way make of them.
        if (plan.Uncut) return;
        // A segment without its key picture was not cut where decoding may begin.
        if (seen != result.Pictures && segment.I == 0) return;
        if (result.FirstPts != segment.FirstPts) throw Differs($"its first picture is at {result.FirstPts}, not at {segment.FirstPts}");
        if (seen == result.Pictures && result.LastPts != segment.LastPts) throw Differs($"its last picture is at {result.LastPts}, not at {segment.LastPts}");
    }

    private static PlanDiffersException Differs(FormattableString what) => new(what.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A segment holds other pictures than were planned.</summary>
/// <param name="what">What is different.</param>
internal sealed class PlanDiffersException(string what)
    : SegPipeException(ExitCode.InputUnusable, $"A segment differs from its plan: {what}.", "The file may have changed, or be damaged; check it with: ffprobe INPUT");

/// <summary>What running a segment gave.</summary>
/// <param name="Outcome">What came out of it.</param>
/// <param name="Committed">Whether it is the segment's result; false where another was there first.</param>
internal sealed record SegmentResult(SegmentOutcome Outcome, bool Committed);
