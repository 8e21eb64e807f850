using SegPipe.Host.Watching;

namespace SegPipe.Host.Cluster;

/// <summary>Work on batches that is shown while it goes on, and told of when it is done.</summary>
internal sealed class WatchedBatches(IBatchWork work, WatchSelf self) : IBatchWork
{
    /// <inheritdoc/>
    public long Moved => work.Moved;

    /// <inheritdoc/>
    public async Task<JobView> PlanAsync(string batch, string job, CancellationToken cancel)
    {
        using var item = self.Board.Begin(WorkKind.Plan, batch, job);
        return await work.PlanAsync(batch, job, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<JobView?> LookAsync(string batch, string job, CancellationToken cancel) => work.LookAsync(batch, job, cancel);

    /// <inheritdoc/>
    public async Task<SegmentEnd> RunAsync(string batch, SegmentMessage segment, string worker, Action<Func<long>> watch, CancellationToken cancel)
    {
        using var item = self.Board.Begin(WorkKind.Segment, batch, segment.JobId, segment.Seg);
        var end = await work.RunAsync(batch, segment, worker, Watch, cancel).ConfigureAwait(false);
        if (end == SegmentEnd.Committed) self.Done(batch, segment.JobId, segment.Seg, item.Now());
        return end;

        void Watch(Func<long> pictures)
        {
            item.Watch(pictures);
            watch(pictures);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> AssembleAsync(string batch, string job, CancellationToken cancel)
    {
        using var item = self.Board.Begin(WorkKind.Join, batch, job);
        var missing = await work.AssembleAsync(batch, job, cancel).ConfigureAwait(false);
        if (missing.Count == 0) self.Done(batch, job, await work.LookAsync(batch, job, cancel).ConfigureAwait(false) is { IsPartial: true });
        return missing;
    }

    /// <inheritdoc/>
    public async Task GiveUpAsync(string batch, string job, SegPipeException failure, int? segment, CancellationToken cancel)
    {
        await work.GiveUpAsync(batch, job, failure, segment, cancel).ConfigureAwait(false);
        // A segment that is left out leaves its job alive.
        if (segment is { } index && await work.LookAsync(batch, job, cancel).ConfigureAwait(false) is { } view && !view.Missing.Contains(index)) return;
        self.Failed(batch, job, failure.Message);
    }

    /// <inheritdoc/>
    public IDisposable Claim(string batch, string job, int part, string worker) => work.Claim(batch, job, part, worker);
}
