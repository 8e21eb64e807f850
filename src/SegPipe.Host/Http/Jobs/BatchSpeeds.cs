using System.Collections.Concurrent;
using SegPipe.Host.Batch.Running;

namespace SegPipe.Host.Http.Jobs;

/// <summary>How fast batches are: what was finished in the last minute, and before that is known, what workers say.</summary>
internal sealed class BatchSpeeds(TimeProvider time)
{
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Speed> _speeds = [];

    /// <summary>Notes how many pictures of a batch are finished, and gives its speed.</summary>
    /// <param name="batch">The batch's folder.</param>
    /// <param name="frames">Pictures that are finished or in work.</param>
    /// <param name="said">Pictures a second of the workers that have it in work, added up.</param>
    public double Note(string batch, long frames, double said)
    {
        var speed = _speeds.GetOrAdd(batch, _ => new(time.GetTimestamp(), frames));
        lock (speed)
        {
            var passed = time.GetElapsedTime(speed.Began);
            var counted = speed.Window.Note(passed, frames - speed.First);
            return Math.Round(passed > Known && counted > 0 ? counted : said, 1);
        }
    }

    private sealed record Speed(long Began, long First)
    {
        public RateWindow Window { get; } = new();
    }
}
