using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Sampling;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Watching;
using SegPipe.Metrics;
using SegPipe.Runtime;

namespace SegPipe.Host.Batch.Running;

/// <summary>Works a batch off in this process: videos are planned one ahead of those whose segments are run, some side by side.</summary>
internal sealed class BatchRunner
{
    private const int MostTries = 3;

    private readonly IBatchStore _store;
    private readonly BatchPipeline _pipeline;
    private readonly BatchSpec _spec;
    private readonly BatchBoard _board;
    private readonly PipelineServices _services;
    private readonly BatchPlanner _planner;
    private readonly SegmentRunner _segments;
    private readonly Assembler _assembler;

    /// <param name="store">The batch's truth.</param>
    /// <param name="pipeline">What is run.</param>
    /// <param name="spec">What was asked for.</param>
    /// <param name="board">Where progress is shown.</param>
    /// <param name="services">What runs get from outside.</param>
    public BatchRunner(IBatchStore store, BatchPipeline pipeline, BatchSpec spec, BatchBoard board, PipelineServices services)
    {
        (_store, _pipeline, _spec, _board, _services) = (store, pipeline, spec, board, services);
        _planner = new(store, pipeline, services.Time, services.Log);
        _segments = new(store, pipeline, services);
        _assembler = new(store, pipeline, services, spec.KeepSegments);
    }

    /// <summary>Whom those who watch are shown.</summary>
    public required WatchSelf Self { get; init; }

    /// <summary>Counts segments.</summary>
    public required ClusterMetrics Metrics { get; init; }

    /// <summary>Name of a run of this process.</summary>
    public static string WorkerName { get; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>Does what is missing.</summary>
    /// <param name="slots">Segments that are worked on side by side, from 1.</param>
    /// <param name="stop">Ends it; what is finished stays.</param>
    /// <returns>The worst code of the videos that were given up, else 0.</returns>
    /// <exception cref="SegPipeException">Something failed that would fail every video: the disk is full, FFmpeg is missing.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<ExitCode> RunAsync(int slots, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // One segment beyond those that are worked on is enough to keep everybody busy.
        var queue = Channel.CreateBounded<QueuedSegment>(1);
        JobEntry[] entries = [.. _spec.Inputs.Select(_board.Add)];
        Task[] tasks = [OrEndAsync(() => PlanAllAsync(entries, queue.Writer, ending.Token)), .. Enumerable.Range(0, slots).Select(_ => OrEndAsync(() => WorkAsync(queue.Reader, ending.Token)))];
        await ((Task)Task.WhenAll(tasks)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (tasks.Select(t => t.Exception?.InnerException).FirstOrDefault(e => e is not null) is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        stop.ThrowIfCancellationRequested();
        return entries.SelectMany(e => e.Gaps.Select(g => g.Failure.Code).Append(e.Failure?.Code ?? ExitCode.Done)).DefaultIfEmpty().Max();

        async Task OrEndAsync(Func<Task> work)
        {
            // Opening blocks on files and children; side by side means from the first step on.
            await Task.Yield();
            var whole = false;
            try
            {
                await work().ConfigureAwait(false);
                whole = true;
            }
            finally
            {
                if (!whole) await ending.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>What fails one video fails that one only; what the machine lacks fails all, and is no video's fault.</summary>
    private static bool ConcernsAll(SegPipeException failure) => failure.Code is ExitCode.IoError or ExitCode.Unavailable;

    private async Task PlanAllAsync(JobEntry[] entries, ChannelWriter<QueuedSegment> queue, CancellationToken abort)
    {
        Dictionary<string, string> writers = [];
        foreach (var entry in entries) entry.Bytes = new FileInfo(entry.Input) is { Exists: true } file ? file.Length : 0;
        var inputs = entries.Select(e => e.Input).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            abort.ThrowIfCancellationRequested();
            try
            {
                entry.State = JobState.Planning;
                if (await BeginAsync(entry, writers, inputs, abort).ConfigureAwait(false) is not { } job) continue;
                if (job.Missing.Count == 0) await queue.WriteAsync(new(job, null), abort).ConfigureAwait(false);
                foreach (var index in job.Missing) await queue.WriteAsync(new(job, index), abort).ConfigureAwait(false);
            }
            catch (SegPipeException failure) when (!ConcernsAll(failure))
            {
                // Children that were killed for the sake of the end fail, too.
                abort.ThrowIfCancellationRequested();
                await GiveUpAsync(entry, JobFailure.Of(failure), abort).ConfigureAwait(false);
            }
        }
        queue.Complete();
    }

    /// <summary>Plans a video; null where it is finished.</summary>
    private async Task<JobRun?> BeginAsync(JobEntry entry, Dictionary<string, string> writers, HashSet<string> inputs, CancellationToken abort)
    {
        var name = BatchNames.JobOf(entry.Input);
        using var shown = Self.Board.Begin(WorkKind.Plan, _store.OutputFolder, name);
        OutputClaims.Claim(_pipeline.OutputsFor(entry.Input), entry.Input, writers, inputs);
        var kept = await _store.ReadAsync<JobPlan>(BatchNames.Plan(name), abort).ConfigureAwait(false);
        var done = await _store.ReadAsync<JobDone>(BatchNames.Done(name), abort).ConfigureAwait(false);
        // Who moves a video away when it is done has not undone it.
        var plan = kept is not null && done is not null && !File.Exists(entry.Input) ? kept : await _planner.PlanAsync(entry.Input, _spec.SegmentFrames, abort).ConfigureAwait(false);
        var hash = plan.ConfigHash(_pipeline.Fingerprint);
        (entry.Segments, entry.Frames) = (plan.Segments.Count, plan.Frames);
        if (done is { Gaps.Count: 0 } && done.ConfigHash == hash && await _store.HoldsAsync(done.Outputs, abort).ConfigureAwait(false))
        {
            entry.Found(plan.Segments.Count, plan.Frames);
            Finish(entry, JobState.Done);
            return null;
        }
        await _store.RemoveAsync(BatchNames.Failure(name), abort).ConfigureAwait(false);
        await GivenUpSegments.WithdrawAsync(_store, plan, hash, abort).ConfigureAwait(false);
        var committed = await _store.CommittedAsync(name, hash, abort).ConfigureAwait(false);
        entry.Found(committed.Count, plan.Segments.Where(s => committed.Contains(s.I)).Sum(s => s.Frames));
        entry.State = JobState.Segments;
        return new(entry, plan, hash, [.. plan.Segments.Select(s => s.I).Where(i => !committed.Contains(i))]);
    }

    private async Task WorkAsync(ChannelReader<QueuedSegment> queue, CancellationToken abort)
    {
        await foreach (var (job, index) in queue.ReadAllAsync(abort).ConfigureAwait(false))
        {
            if (job.IsOver) continue;
            try
            {
                if (!await WorkAsync(job, index, abort).ConfigureAwait(false) && job.TryLeave()) await WholeAsync(job, abort).ConfigureAwait(false);
            }
            catch (SegPipeException failure) when (!ConcernsAll(failure))
            {
                abort.ThrowIfCancellationRequested();
                if (!job.IsOver) await GiveUpAsync(job.Entry, JobFailure.Of(failure, index), abort).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs a segment, and joins all behind the last one; false where the video turns out not to be one that can be cut so.</summary>
    private async Task<bool> WorkAsync(JobRun job, int? index, CancellationToken abort)
    {
        try
        {
            if (index is { } missing) await RunSegmentAsync(job, missing, abort).ConfigureAwait(false);
            if (index is null || job.CountDown()) await JoinAsync(job, abort).ConfigureAwait(false);
            return true;
        }
        catch (PlanDiffersException differs) when (job.Plan.Segments.Count > 1)
        {
            abort.ThrowIfCancellationRequested();
            _services.Log.LogWarning("{Video}: is run in one piece: {Reason}", job.Entry.Name, differs.Message);
            return false;
        }
    }

    /// <summary>Runs a video in one piece.</summary>
    private async Task WholeAsync(JobRun job, CancellationToken abort)
    {
        var plan = await _planner.PlanWholeAsync(job.Plan, abort).ConfigureAwait(false);
        job.Entry.Segments = 1;
        job.Entry.Found(0, 0);
        var whole = new JobRun(job.Entry, plan, plan.ConfigHash(_pipeline.Fingerprint), [0]);
        try
        {
            await WorkAsync(whole, 0, abort).ConfigureAwait(false);
        }
        catch (SegPipeException failure) when (!ConcernsAll(failure))
        {
            abort.ThrowIfCancellationRequested();
            await GiveUpAsync(job.Entry, JobFailure.Of(failure, 0), abort).ConfigureAwait(false);
        }
    }

    private bool MayLeaveOut(JobRun job, SegPipeException failure) =>
        _spec.OnPoison == OnPoison.Gap && job.Plan.Segments.Count > 1 && failure is not PlanDiffersException && GivenUpSegments.Allows(failure);

    private async Task RunSegmentAsync(JobRun job, int index, CancellationToken abort)
    {
        using var shown = Self.Board.Begin(WorkKind.Segment, _store.OutputFolder, job.Plan.Job, index);
        for (var attempt = 1; ; attempt++)
        {
            SegmentProgress? progress = null;
            long? frames = null;
            try
            {
                var result = await _segments.RunAsync(job.Plan, new(job.Plan.Job, index, job.ConfigHash), WorkerName, attempt, Watch, abort).ConfigureAwait(false);
                frames = job.Plan.Segments[index].Frames;
                Metrics.Segment("ok");
                Metrics.Took(TimeSpan.FromSeconds(result.Outcome.Seconds));
                Self.Done(_store.OutputFolder, job.Plan.Job, index, shown.Now());
                return;
            }
            catch (SegPipeException failure) when (!abort.IsCancellationRequested)
            {
                var again = !ConcernsAll(failure) && attempt < (failure is PlanDiffersException ? 2 : MostTries);
                Metrics.Segment(again ? "retry" : "poison");
                Self.Failed(_store.OutputFolder, job.Plan.Job, index, attempt, again, failure);
                if (!again && MayLeaveOut(job, failure))
                {
                    await GivenUpSegments.AddAsync(_store, new(job.Plan.Job, index, job.ConfigHash), WorkerName, attempt, JobFailure.Of(failure, index), _services.Time, abort).ConfigureAwait(false);
                    return;
                }
                if (!again) throw;
                _services.Log.LogWarning("{Video}: segment {Segment} is tried again: {Failure}", job.Entry.Name, index, failure.Message);
            }
            finally
            {
                job.Entry.End(progress, job.WasLeft ? null : frames);
            }

            void Watch(SegmentProgress begun)
            {
                job.Entry.Begin(progress = begun);
                shown.Watch(() => begun.Pictures);
            }
        }
    }

    private async Task JoinAsync(JobRun job, CancellationToken abort)
    {
        job.Entry.State = JobState.Joining;
        using var shown = Self.Board.Begin(WorkKind.Join, _store.OutputFolder, job.Plan.Job);
        while (await _assembler.AssembleAsync(job.Plan, job.ConfigHash, abort).ConfigureAwait(false) is { } missing)
        {
            job.Entry.State = JobState.Segments;
            foreach (var index in missing) await RunSegmentAsync(job, index, abort).ConfigureAwait(false);
            job.Entry.State = JobState.Joining;
        }
        job.Entry.Gaps = (await _store.ReadAsync<JobDone>(BatchNames.Done(job.Plan.Job), abort).ConfigureAwait(false))?.Gaps ?? [];
        Self.Done(_store.OutputFolder, job.Plan.Job, job.Entry.Gaps.Count > 0);
        Finish(job.Entry, job.Entry.Gaps.Count > 0 ? JobState.Partial : JobState.Done);
    }

    private async Task GiveUpAsync(JobEntry entry, JobFailure failure, CancellationToken abort)
    {
        entry.Failure = failure;
        await _store.WriteAsync(BatchNames.Failure(BatchNames.JobOf(entry.Input)), failure, abort).ConfigureAwait(false);
        Self.Failed(_store.OutputFolder, BatchNames.JobOf(entry.Input), failure.Message);
        Finish(entry, JobState.Failed);
    }

    private void Finish(JobEntry entry, JobState state)
    {
        entry.State = state;
        _board.Ended?.Invoke(entry);
    }

    private sealed record QueuedSegment(JobRun Job, int? Index);
}
