namespace SegPipe.Testing;

/// <summary>Waits for what others bring about.</summary>
public static class Patiently
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits until something is so; throws where it never is.</summary>
    /// <param name="holds">Whether it is so; asked often.</param>
    /// <param name="what">What is awaited, for the message.</param>
    /// <param name="more">What to add to the message, or null.</param>
    public static async Task UntilAsync(Func<bool> holds, string what, Func<string>? more = null)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var since = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience) throw new TimeoutException($"Never seen: {what}.\n{more?.Invoke()}");
            await look.WaitForNextTickAsync();
        }
    }
}
