using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Watching;
using SegPipe.Runtime;

namespace SegPipe.Host.Cluster;

/// <summary>Batches in a folder that all workers share, planned, run and joined by the same code as on one machine.</summary>
internal sealed class FolderBatches : IBatchWork, IBatchFinder, IBatchList
{
    private const int TriesOfPlan = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Key, OpenBatch Batch)> _open = [];
    private readonly AllowedRoots _roots;
    private readonly PipelineServices _services;
    private readonly Claims _claims;

    /// <param name="roots">The folders that may be touched.</param>
    /// <param name="shared">Keeps models loaded from segment to segment.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Lines for the person who watches.</param>
    public FolderBatches(AllowedRoots roots, SharedResources shared, TimeProvider time, ILogger log)
    {
        _roots = roots;
        _services = new() { Time = time, Log = log, Shared = shared };
        _claims = new(time);
    }

    /// <inheritdoc/>
    public async Task<JobView> PlanAsync(string batch, string job, CancellationToken cancel)
    {
        using var held = SharedLock.Take(batch);
        var open = await OpenAsync(batch, cancel).ConfigureAwait(false);
        RequireAlike(open);
        var input = open.Spec.Inputs.FirstOrDefault(i => BatchNames.JobOf(i) == job)
            ?? throw new SegPipeException(ExitCode.InputMissing, $"The batch {batch} has no job {job}.", "Submit it again.");
        _roots.Require(input);
        var kept = await open.PlanOfAsync(job, cancel).ConfigureAwait(false);
        // Who moves a video away when it is done has not undone it.
        if (kept is not null && !File.Exists(input) && await open.ViewAsync(kept, cancel).ConfigureAwait(false) is { IsDone: true } done) return done;
        return await open.ViewAsync(await open.Planner.PlanAsync(input, open.Spec.SegmentFrames, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<JobView?> LookAsync(string batch, string job, CancellationToken cancel)
    {
        var open = await OpenAsync(batch, cancel).ConfigureAwait(false);
        return await open.PlanOfAsync(job, cancel).ConfigureAwait(false) is { } plan ? await open.ViewAsync(plan, cancel).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public async Task<SegmentEnd> RunAsync(string batch, SegmentMessage segment, string worker, Action<Func<long>> watch, CancellationToken cancel)
    {
        using var held = SharedLock.Take(batch);
        var open = await OpenAsync(batch, cancel).ConfigureAwait(false);
        var plan = await open.PlanOfAsync(segment.JobId, cancel).ConfigureAwait(false);
        // What was asked for before the pipeline or the video changed was asked for anew since.
        if (plan is null || plan.ConfigHash(open.Spec.Fingerprint) != segment.ConfigHash || segment.Seg >= plan.Segments.Count) return SegmentEnd.Found;
        var work = new SegmentWork(segment.JobId, segment.Seg, segment.ConfigHash);
        // Only a person sends a first try of what was left out.
        if (segment.Attempt == 1 && await open.Store.OutcomeAsync(work, cancel).ConfigureAwait(false) is { GivenUp: not null }) await open.Store.WithdrawAsync(work, cancel).ConfigureAwait(false);
        if (await open.Store.OutcomeAsync(work, cancel).ConfigureAwait(false) is not null || (await open.ViewAsync(plan, cancel).ConfigureAwait(false)).IsDone) return SegmentEnd.Found;
        RequireAlike(open);
        _roots.Require(plan.Input);
        SegmentResult result;
        try
        {
            result = await open.Runner.RunAsync(plan, work, worker, segment.Attempt, progress => watch(() => progress.Pictures), cancel).ConfigureAwait(false);
        }
        catch (PlanDiffersException) when (segment.Attempt >= TriesOfPlan && plan.Segments.Count > 1)
        {
            // Two segments that find out at once write the same plan.
            cancel.ThrowIfCancellationRequested();
            await open.Planner.PlanWholeAsync(plan, cancel).ConfigureAwait(false);
            return SegmentEnd.Replanned;
        }
        if (result.Committed) return SegmentEnd.Committed;
        return await open.Store.OutcomeAsync(work, cancel).ConfigureAwait(false) is { } first && first.Sha256 != result.Outcome.Sha256 ? SegmentEnd.Differs : SegmentEnd.Beaten;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> AssembleAsync(string batch, string job, CancellationToken cancel)
    {
        using var held = SharedLock.Take(batch);
        var open = await OpenAsync(batch, cancel).ConfigureAwait(false);
        RequireAlike(open);
        // A worker that was stopped in a join, and another that was given it since, must not write one file.
        using var joining = SharedLock.TakeAlone(Path.Combine(batch, ".segpipe", "jobs", job, "join.lock"), $"{job} is being joined by another worker.");
        if (await open.PlanOfAsync(job, cancel).ConfigureAwait(false) is not { } plan) throw new SegPipeException(ExitCode.InputMissing, $"The plan of {job} is gone.", "Submit it again.");
        if ((await open.ViewAsync(plan, cancel).ConfigureAwait(false)).IsDone) return [];
        _roots.Require(plan.Input);
        return await open.Assembler.AssembleAsync(plan, plan.ConfigHash(open.Spec.Fingerprint), cancel).ConfigureAwait(false) ?? [];
    }

    /// <inheritdoc/>
    public async Task GiveUpAsync(string batch, string job, SegPipeException failure, int? segment, CancellationToken cancel)
    {
        var why = JobFailure.Of(failure, segment);
        if (segment is { } index && GivenUpSegments.Allows(failure)
            && await OpenAsync(batch, cancel).ConfigureAwait(false) is { Spec.OnPoison: OnPoison.Gap } open
            && await open.PlanOfAsync(job, cancel).ConfigureAwait(false) is { Segments.Count: > 1 } plan)
            await GivenUpSegments.AddAsync(open.Store, new(job, index, plan.ConfigHash(open.Spec.Fingerprint)), $"gap-{Guid.NewGuid():N}", 1, why, _services.Time, cancel).ConfigureAwait(false);
        else
            await new FolderStore(batch).WriteAsync(BatchNames.Failure(job), why, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IDisposable Claim(string batch, string job, int part, string worker) => _claims.Take(batch, job, part, worker);

    /// <inheritdoc/>
    public bool IsClaimed(string batch, string job, int part) => Claims.IsLive(batch, job, part);

    /// <inheritdoc/>
    public IEnumerable<FoundJob> Jobs() =>
        from batch in Batches()
        from job in batch.Spec.Inputs.Select(BatchNames.JobOf)
        select new FoundJob(batch.Name, job, batch.Class!, batch.High, File.Exists(Path.Combine(batch.Name, ".segpipe", BatchNames.Failure(job))), batch.NotBefore, batch.Traceparent);

    /// <inheritdoc/>
    public IAsyncEnumerable<ListedBatch> BatchesAsync(CancellationToken cancel) => Batches().ToAsyncEnumerable();

    private IEnumerable<ListedBatch> Batches()
    {
        // An allowed folder may lie in another one.
        foreach (var batch in _roots.Folders.SelectMany(Candidates).Distinct().Where(f => File.Exists(Path.Combine(f, ".segpipe", ClusterSpec.Name))))
        {
            var store = new FolderStore(batch);
            var (spec, cluster) = (Read<BatchSpec>(store, BatchNames.Spec), Read<ClusterSpec>(store, ClusterSpec.Name));
            if (spec is not null && cluster is not null) yield return new(batch, store, spec, cluster.Class, cluster.High) { NotBefore = cluster.NotBefore, Traceparent = cluster.Traceparent };
        }
    }

    /// <inheritdoc/>
    public async Task<int> LoseAsync(string batch, string job, IReadOnlyList<int> parts, CancellationToken cancel)
    {
        var store = new FolderStore(batch);
        var times = new Dictionary<int, int>((await store.ReadAsync<JobLosses>(JobLosses.Name(job), cancel).ConfigureAwait(false))?.Times ?? new Dictionary<int, int>());
        foreach (var part in parts) times[part] = times.GetValueOrDefault(part) + 1;
        await store.WriteAsync(JobLosses.Name(job), new JobLosses(times), cancel).ConfigureAwait(false);
        return parts.Max(p => times[p]);
    }

    /// <summary>A root, the folders in it, and those in these: whoever wants to be found after the loss of a broker stays above that.</summary>
    private static IEnumerable<string> Candidates(string root)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint, IgnoreInaccessible = true, RecurseSubdirectories = true, MaxRecursionDepth = 1 };
        return Directory.EnumerateDirectories(root, "*", options).Prepend(root);
    }

    private static T? Read<T>(FolderStore store, string name)
        where T : class
    {
        try
        {
            return store.ReadAsync<T>(name, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (SegPipeException)
        {
            // One batch that cannot be read must not keep the others from being looked after; its own workers say what is wrong with it.
            return null;
        }
    }

    private static void RequireAlike(OpenBatch batch)
    {
        // Another worker may be: it is tried for as long as a machine's fault.
        if (!batch.IsAlike)
            throw new SegPipeException(ExitCode.Unavailable, $"This worker would make something else for {batch.Store.OutputFolder}: its version, or a model's file, is not that of whoever submitted it.", "Give all workers the same version and models, or submit again.");
    }

    private async Task<OpenBatch> OpenAsync(string folder, CancellationToken cancel)
    {
        _roots.Require(folder);
        var store = new FolderStore(folder);
        var spec = await store.ReadAsync<BatchSpec>(BatchNames.Spec, cancel).ConfigureAwait(false) ?? throw new SegPipeException(ExitCode.InputMissing, $"There is no batch in {folder}.", "Submit it again.");
        var key = BatchJson.Write(spec);
        lock (_gate)
        {
            if (_open.TryGetValue(folder, out var known) && known.Key == key) return known.Batch;
            var batch = Open(store, spec);
            _open[folder] = (key, batch);
            return batch;
        }
    }

    private OpenBatch Open(FolderStore store, BatchSpec spec)
    {
        var path = Path.Combine(store.OutputFolder, ".segpipe", ClusterSpec.PipelineName);
        if (!File.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"The pipeline {path} is missing.", "Submit the batch again.");
        var pipeline = new BatchPipeline(new(path, SubmittedPipeline.Require(File.ReadAllText(path))), SubmittedPipeline.Settings(store.OutputFolder, spec.Overrides));
        foreach (var model in pipeline.For("/any.mp4").Models.Values)
        {
            if (Path.IsPathRooted(model.Path)) _roots.Require(model.Path);
            else if (model.Path.Contains('/', StringComparison.Ordinal)) throw new SegPipeException(ExitCode.Configuration, $"The model {model.Path} is named by a relative path.", "Submit it again: segpipe submit makes such paths whole.");
        }
        return new(store, spec, pipeline, new(store, pipeline, _services.Time, _services.Log), new(store, pipeline, _services), new(store, pipeline, _services, spec.KeepSegments));
    }
}
