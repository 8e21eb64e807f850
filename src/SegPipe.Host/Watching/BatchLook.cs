using SegPipe.Host.Batch.Report;

namespace SegPipe.Host.Watching;

/// <summary>How far all batches are, at one moment.</summary>
/// <param name="At">When storage was looked at.</param>
/// <param name="Batches">The batches that could be read.</param>
/// <param name="Error">Why storage could not be read, or null.</param>
internal sealed record BatchSight(DateTimeOffset At, IReadOnlyList<SeenBatch> Batches, string? Error);

/// <summary>How far one batch is.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Jobs">Its videos; those before the first that cannot be read.</param>
/// <param name="Error">Why it cannot be read, or null.</param>
internal sealed record SeenBatch(ListedBatch Batch, IReadOnlyList<JobStatus> Jobs, string? Error);

/// <summary>
/// Looks at storage for those who watch: when one of them asks, at most every two seconds, and for a tenth of the time at most, however
/// many watch and however much there is.
/// </summary>
internal sealed class BatchLook(IBatchList list, TimeProvider time)
{
    private const int Share = 10;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2), KeepsDone = TimeSpan.FromMinutes(1), Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Dictionary<JobKey, FinishedJob> _finished = [];
    private BatchSight? _last;
    private long _next;
    private Task<BatchSight>? _looking;

    /// <summary>How far all batches are; of a few seconds ago where looking takes long.</summary>
    public async Task<BatchSight> NowAsync(CancellationToken cancel)
    {
        var (looking, last) = Begin(cancel);
        if (looking is null) return last!;
        if (last is null) return await looking.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await looking.WaitAsync(Patience, time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return last;
        }
    }

    private (Task<BatchSight>? Looking, BatchSight? Last) Begin(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_looking is { IsCompleted: false } || (_last is not null && time.GetTimestamp() < _next)) return (_looking is { IsCompleted: false } ? _looking : null, _last);
            // Who asked may go away; others wait for the same look.
            _looking = Task.Run(LookAsync, CancellationToken.None);
            return (_looking, _last);
        }
    }

    private async Task<BatchSight> LookAsync()
    {
        var started = time.GetTimestamp();
        var sight = await ReadAsync().ConfigureAwait(false);
        var took = time.GetElapsedTime(started);
        var wait = took * Share > Least ? took * Share : Least;
        lock (_gate) (_last, _next) = (sight, time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency));
        return sight;
    }

    private async Task<BatchSight> ReadAsync()
    {
        var (seen, kept) = (new List<SeenBatch>(), new Dictionary<JobKey, FinishedJob>());
        try
        {
            await foreach (var batch in list.BatchesAsync(CancellationToken.None).ConfigureAwait(false)) seen.Add(await ReadAsync(batch, kept).ConfigureAwait(false));
            _finished = kept;
            return new(time.GetUtcNow(), seen, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SegPipeException)
        {
            return new(time.GetUtcNow(), seen, failure.Message);
        }
    }

    private async Task<SeenBatch> ReadAsync(ListedBatch batch, Dictionary<JobKey, FinishedJob> kept)
    {
        var jobs = new List<JobStatus>(batch.Spec.Inputs.Count);
        try
        {
            foreach (var input in batch.Spec.Inputs)
            {
                var key = new JobKey(batch.Name, input, batch.Spec.Fingerprint);
                if (!_finished.TryGetValue(key, out var known) || time.GetElapsedTime(known.At) > KeepsDone)
                    known = new(await BatchStatus.OfAsync(batch.Store, batch.Spec, input, CancellationToken.None).ConfigureAwait(false), time.GetTimestamp());
                if (known.Status.Finished is not null) kept[key] = known;
                jobs.Add(known.Status);
            }
            return new(batch, jobs, null);
        }
        catch (SegPipeException failure)
        {
            // One batch that cannot be read must not hide the others.
            return new(batch, jobs, failure.Message);
        }
    }

    private sealed record JobKey(string Batch, string Input, string Fingerprint);

    private sealed record FinishedJob(JobStatus Status, long At);
}
