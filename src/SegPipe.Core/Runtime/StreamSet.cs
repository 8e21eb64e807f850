using System.Collections.Immutable;

namespace SegPipe.Runtime;

/// <summary>The streams of a run: they run until all have ended, and a reload may exchange some while the others go on.</summary>
/// <param name="streams">Those to begin with.</param>
/// <param name="ended">Called with a stream that was taken out, after its end, or that never ran.</param>
internal sealed class StreamSet(IEnumerable<StreamRun> streams, Func<StreamRun, ValueTask> ended)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StreamRun, Task> _tasks = [];
    private ImmutableList<StreamRun> _current = [.. streams];
    private TaskCompletionSource? _exchange;
    private bool _running, _stopping;

    /// <summary>The streams now.</summary>
    public ImmutableList<StreamRun> Current => _current;

    /// <summary>Runs until the last stream has ended and none is being exchanged.</summary>
    public async Task RunAsync()
    {
        lock (_gate)
        {
            _running = true;
            foreach (var stream in _current) _tasks[stream] = Task.Run(stream.RunAsync);
        }
        while (true)
        {
            Task[] pending;
            lock (_gate)
            {
                pending = [.. _tasks.Values.Append(_exchange?.Task ?? Task.CompletedTask).Where(t => !t.IsCompleted)];
                _running = pending.Length > 0;
            }
            if (pending.Length == 0) break;
            await Task.WhenAll(pending).ConfigureAwait(false);
        }
        // What a task threw belongs to whoever waits for the run.
        await Task.WhenAll(_tasks.Values).ConfigureAwait(false);
    }

    /// <summary>Asks all sources to end; nothing is started any more.</summary>
    public void Stop()
    {
        lock (_gate) _stopping = true;
        foreach (var stream in _current) stream.Stop();
    }

    /// <summary>Cancels everything.</summary>
    public void Abort()
    {
        lock (_gate) _stopping = true;
        foreach (var stream in _current) stream.State.Cancel();
    }

    /// <summary>Lets old streams drain and starts new ones in their places.</summary>
    /// <param name="exchanges">Pairs of old and new; without an old one a stream is added, without a new one it is removed.</param>
    /// <param name="patience">How long an old stream may drain before it is cut off.</param>
    /// <param name="time">The clock.</param>
    /// <returns>False, and nothing has happened, if the run is over or was asked to end.</returns>
    public async Task<bool> ExchangeAsync(IReadOnlyList<(StreamRun? Old, StreamRun? New)> exchanges, TimeSpan patience, TimeProvider time)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_running || _stopping || _exchange is not null) return false;
            _exchange = done;
        }
        try
        {
            await Task.WhenAll(exchanges.Select(e => ExchangeAsync(e.Old, e.New, patience, time))).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _exchange = null;
            done.SetResult();
        }
        return true;
    }

    private async Task ExchangeAsync(StreamRun? old, StreamRun? @new, TimeSpan patience, TimeProvider time)
    {
        if (old is not null) await DrainAsync(old, patience, time).ConfigureAwait(false);
        var unwanted = @new;
        lock (_gate)
        {
            var place = _current.Count;
            if (old is not null)
            {
                place = _current.IndexOf(old);
                _current = _current.RemoveAt(place);
                _tasks.Remove(old);
            }
            if (@new is not null && !_stopping)
            {
                _current = _current.Insert(place, @new);
                _tasks[@new] = Task.Run(@new.RunAsync);
                unwanted = null;
            }
        }
        if (unwanted is not null) await ended(unwanted).ConfigureAwait(false);
        if (old is not null) await ended(old).ConfigureAwait(false);
    }

    private async Task DrainAsync(StreamRun stream, TimeSpan patience, TimeProvider time)
    {
        Task end;
        lock (_gate) end = _tasks[stream];
        stream.Stop();
        try
        {
            await end.WaitAsync(patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            stream.State.Cancel();
            await end.ConfigureAwait(false);
        }
    }
}
