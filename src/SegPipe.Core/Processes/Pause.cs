namespace SegPipe.Processes;

/// <summary>Holds a dedicated thread up for a while.</summary>
public static class Pause
{
    /// <summary>Waits; false where the token came first.</summary>
    public static bool Wait(TimeProvider time, TimeSpan wait, CancellationToken cancel)
    {
        if (wait <= TimeSpan.Zero)
            return !cancel.IsCancellationRequested;
        using var turn = new ManualResetEventSlim();
        using var timer = time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), turn, wait, Timeout.InfiniteTimeSpan);
        try
        {
            turn.Wait(cancel);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
