using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Host.Watching;
using SegPipe.Runtime;

namespace SegPipe.Host.Cluster;

/// <summary>Batches in folders or in S3, which all workers share, planned, run and joined by the same code as on one machine.</summary>
internal sealed class FolderBatches : IBatchWork, IBatchFinder, IBatchList
{
    private const int Depth = 2, TriesOfPlan = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Key, OpenBatch Batch)> _open = [];
    private readonly AllowedRoots _roots;
    private readonly SharedStores _stores;
    private readonly PipelineServices _services;

    /// <param name="roots">What may be touched.</param>
    /// <param name="stores">Opens stores.</param>
    /// <param name="shared">Keeps models loaded from segment to segment.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Lines for the person who watches.</param>
    public FolderBatches(AllowedRoots roots, SharedStores stores, SharedResources shared, TimeProvider time, ILogger log)
    {
        (_roots, _stores) = (roots, stores);
        _services = new() { Time = time, Log = log, Shared = shared };
    }

    /// <inheritdoc/>
    public long Moved => _stores.Moved;

    /// <inheritdoc/>
    public async Task<JobView> PlanAsync(string batch, string job, CancellationToken cancel)
    {
        var open = await OpenAsync(batch, cancel).ConfigureAwait(false);
        using var held = open.Store.Share();
        RequireAlike(open);
        var input = open.Spec.Inputs.FirstOrDefault(i => BatchNames.JobOf(i) == job)
            ?? throw new SegPipeException(ExitCode.InputMissing, $"The batch {batch} has no job {job}.", "Submit it again.");
        _roots.Require(input);
        var kept = await open.PlanOfAsync(job, cancel).ConfigureAwait(false);
        // Who moves a video away when it is done has not undone it.
        if (kept is not null && await open.Store.StampAsync(input, cancel).ConfigureAwait(false) is null && await open.ViewAsync(kept, cancel).ConfigureAwait(false) is { IsDone: true } done) return done;
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
        var open = await OpenAsync(batch, cancel).ConfigureAwait(false);
        using var held = open.Store.Share();
        var plan = await open.PlanOfAsync(segment.JobId, cancel).ConfigureAwait(false);
        // What was asked for before the pipeline or the video changed was asked for anew since.
        if (plan is null || plan.ConfigHash(open.Spec.Fingerprint) != segment.ConfigHash || segment.Seg >= plan.Segments.Count) return SegmentEnd.Found;
        var work = new SegmentWork(segment.JobId, segment.Seg, segment.ConfigHash);
        // Only a person sends a first try of what was left out.
        if (segment.Attempt == 1 && await open.Store.OutcomeAsync(work, cancel).ConfigureAwait(false) is { GivenUp: not null }) await open.Store.WithdrawAsync(work, cancel).ConfigureAwait(false);
        if (!(await open.ViewAsync(plan, cancel).ConfigureAwait(false)).Missing.Contains(segment.Seg)) return SegmentEnd.Found;
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
        var open = await OpenAsync(batch, cancel).ConfigureAwait(false);
        using var held = open.Store.Share();
        RequireAlike(open);
        using var joining = await open.Store.ShareJoinAsync(job, _services.Time, cancel).ConfigureAwait(false);
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
            await _stores.Open(batch).WriteAsync(BatchNames.Failure(job), why, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IDisposable Claim(string batch, string job, int part, string worker) => _stores.Open(batch).Claim(job, part, worker, _services.Time);

    /// <inheritdoc/>
    public Task<IReadOnlySet<int>> ClaimedAsync(string batch, string job, CancellationToken cancel) => _stores.Open(batch).ClaimedAsync(job, cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FoundJob> JobsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (name, store, spec, jobClass, high) in BatchesAsync(cancel).ConfigureAwait(false))
            foreach (var job in spec.Inputs.Select(BatchNames.JobOf))
                yield return new(name, ((ISharedStore)store).Address, job, jobClass!, high, await ReadAsync<JobFailure>(store, BatchNames.Failure(job), cancel).ConfigureAwait(false) is not null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ListedBatch> BatchesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var folders = _roots.Folders.SelectMany(Candidates).Where(f => File.Exists(Path.Combine(f, ".segpipe", ClusterSpec.Name)));
        // What is allowed may lie in another thing that is.
        foreach (var batch in folders.Concat(await PlacesAsync(cancel).ConfigureAwait(false)).Distinct(StringComparer.Ordinal))
        {
            var store = _stores.Open(batch);
            var (spec, cluster) = (await ReadAsync<BatchSpec>(store, BatchNames.Spec, cancel).ConfigureAwait(false), await ReadAsync<ClusterSpec>(store, ClusterSpec.Name, cancel).ConfigureAwait(false));
            if (spec is not null && cluster is not null) yield return new(batch, store, spec, cluster.Class, cluster.High) { NotBefore = cluster.NotBefore, Traceparent = cluster.Traceparent };
        }
    }

    /// <inheritdoc/>
    public async Task<int> LoseAsync(string batch, string job, IReadOnlyList<int> parts, CancellationToken cancel)
    {
        var store = _stores.Open(batch);
        var times = new Dictionary<int, int>((await store.ReadAsync<JobLosses>(JobLosses.Name(job), cancel).ConfigureAwait(false))?.Times ?? new Dictionary<int, int>());
        foreach (var part in parts) times[part] = times.GetValueOrDefault(part) + 1;
        await store.WriteAsync(JobLosses.Name(job), new JobLosses(times), cancel).ConfigureAwait(false);
        return parts.Max(p => times[p]);
    }

    /// <summary>A root, the folders in it, and those in these: whoever wants to be found after the loss of a broker stays above that.</summary>
    private static IEnumerable<string> Candidates(string root)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint, IgnoreInaccessible = true, RecurseSubdirectories = true, MaxRecursionDepth = Depth - 1 };
        return Directory.EnumerateDirectories(root, "*", options).Prepend(root);
    }

    /// <summary>The places in S3 that may be touched, what lies in them, and what lies in these.</summary>
    private async Task<IReadOnlyList<string>> PlacesAsync(CancellationToken cancel)
    {
        var found = new List<string>();
        async Task LookAsync(S3Location place, int deeper)
        {
            found.Add(place.ToString());
            if (deeper == 0) return;
            foreach (var name in await _stores.Objects.FoldersAsync(place.Bucket, place.Key(""), cancel).ConfigureAwait(false))
                if (name.Length > 0 && name[0] != '.' && S3Location.TryParse($"{place}/{name}") is { } below) await LookAsync(below, deeper - 1).ConfigureAwait(false);
        }
        foreach (var place in _roots.Places) await LookAsync(place, Depth).ConfigureAwait(false);
        return found;
    }

    private static async Task<T?> ReadAsync<T>(IBatchStore store, string name, CancellationToken cancel)
        where T : class
    {
        try
        {
            return await store.ReadAsync<T>(name, cancel).ConfigureAwait(false);
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
            throw new SegPipeException(ExitCode.Unavailable, $"This worker would make something else for {batch.Store.Name}: its version, or a model's file, is not that of whoever submitted it.", "Give all workers the same version and models, or submit again.");
    }

    private async Task<OpenBatch> OpenAsync(string folder, CancellationToken cancel)
    {
        _roots.Require(folder);
        var store = _stores.Open(folder);
        var spec = await store.ReadAsync<BatchSpec>(BatchNames.Spec, cancel).ConfigureAwait(false) ?? throw new SegPipeException(ExitCode.InputMissing, $"There is no batch in {folder}.", "Submit it again.");
        var key = BatchJson.Write(spec);
        lock (_gate)
        {
            if (_open.TryGetValue(folder, out var known) && known.Key == key) return known.Batch;
        }
        if (await store.ReadTextAsync(ClusterSpec.PipelineName, cancel).ConfigureAwait(false) is not { } text) throw new SegPipeException(ExitCode.InputMissing, $"The pipeline of the batch in {store.Name} is missing.", "Submit the batch again.");
        var batch = Open(store, spec, text);
        lock (_gate)
        {
            _open[folder] = (key, batch);
            return batch;
        }
    }

    private OpenBatch Open(ISharedStore store, BatchSpec spec, string text)
    {
        var pipeline = new BatchPipeline(new($"{store.Name}/.segpipe/{ClusterSpec.PipelineName}", SubmittedPipeline.Require(text)), SubmittedPipeline.Settings(store.OutputFolder, spec.Overrides));
        foreach (var (_, path) in PipelineFiles.Of(pipeline.For("/any.mp4")))
        {
            if (Path.IsPathRooted(path)) _roots.Require(path);
            else if (path.Contains('/', StringComparison.Ordinal)) throw new SegPipeException(ExitCode.Configuration, $"{path} is named by a relative path.", "Submit it again: segpipe submit makes such paths whole.");
        }
        return new(store, spec, pipeline, new(store, pipeline, _services.Time, _services.Log), new(store, pipeline, _services), new(store, pipeline, _services, spec.KeepSegments));
    }
}
