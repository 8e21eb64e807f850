namespace SegPipe.Processes;

/// <summary>Exponential backoff with full jitter: each delay is anything from nothing to a bound that doubles.</summary>
/// <param name="least">The first bound.</param>
/// <param name="most">The last bound.</param>
/// <param name="seed">Decides the delays.</param>
public sealed class Backoff(TimeSpan least, TimeSpan most, int seed)
{
    private readonly Random _random = new(seed);
    private int _failures;

    /// <summary>The delay before the next try.</summary>
    public TimeSpan Next()
    {
        // Past thirty doublings every bound is the largest one.
        var bound = Math.Min(most.TotalMilliseconds, least.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        return TimeSpan.FromMilliseconds(_random.NextDouble() * bound);
    }

    /// <summary>A connection has proved itself.</summary>
    public void Reset() => _failures = 0;
}
