using SegPipe.Host.Cluster;

namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>An object that is written again and again while somebody works on something.</summary>
internal sealed class S3Claim : IDisposable
{
    private readonly S3Objects _objects;
    private readonly CancellationTokenSource _ended = new();
    private readonly string _bucket, _key, _worker;
    private readonly ITimer _timer;
    private Task _writing = Task.CompletedTask;

    public S3Claim(S3Objects objects, string bucket, string key, string worker, TimeProvider time)
    {
        (_objects, _bucket, _key, _worker) = (objects, bucket, key, worker);
        _timer = time.CreateTimer(_ => Renew(), null, TimeSpan.Zero, Claims.Renewal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _ended.Cancel();
        _ = EndAsync();
    }

    private void Renew()
    {
        if (_writing.IsCompleted && !_ended.IsCancellationRequested) _writing = TryAsync(() => _objects.WriteAsync(_bucket, _key, _worker, first: false, _ended.Token));
    }

    private async Task EndAsync()
    {
        // Nobody waits for this: a claim that stays grows old by itself.
        await _writing.ConfigureAwait(false);
        await TryAsync(() => _objects.RemoveAsync(_bucket, _key, CancellationToken.None)).ConfigureAwait(false);
        _ended.Dispose();
    }

    private static async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (Exception missed) when (missed is SegPipeException or OperationCanceledException or ObjectDisposedException)
        {
            // Without a claim the worst that happens is that the same is done twice.
        }
    }
}
