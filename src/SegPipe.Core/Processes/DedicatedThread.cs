namespace SegPipe.Processes;

/// <summary>Runs blocking work beside the thread pool.</summary>
public static class DedicatedThread
{
    /// <summary>Runs an action on a thread of its own; the task ends, or fails, as the action does.</summary>
    public static Task Run(Action action) => Task.Factory.StartNew(
        action, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}

/// <summary>Lets one dedicated thread wait for what is asynchronous, without allocating each time.</summary>
public sealed class Waiter : IDisposable
{
    private readonly ManualResetEventSlim _done = new(false, spinCount: 0);
    private readonly Action _set;

    /// <summary>Makes a waiter for one thread.</summary>
    public Waiter() => _set = _done.Set;

    /// <summary>Blocks until the task has ended and gives its result.</summary>
    public T Wait<T>(ValueTask<T> task)
    {
        var awaiter = task.ConfigureAwait(false).GetAwaiter();
        if (!awaiter.IsCompleted)
        {
            _done.Reset();
            awaiter.UnsafeOnCompleted(_set);
            _done.Wait();
        }
        return awaiter.GetResult();
    }

    /// <summary>Blocks until the task has ended.</summary>
    public void Wait(ValueTask task)
    {
        var awaiter = task.ConfigureAwait(false).GetAwaiter();
        if (!awaiter.IsCompleted)
        {
            _done.Reset();
            awaiter.UnsafeOnCompleted(_set);
            _done.Wait();
        }
        awaiter.GetResult();
    }

    /// <summary>Frees the event.</summary>
    public void Dispose() => _done.Dispose();
}
