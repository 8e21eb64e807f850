namespace SegPipe.Host.Batch.Running;

/// <summary>Pictures a second over the last minute.</summary>
internal sealed class RateWindow
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly Queue<(TimeSpan At, long Frames)> _notes = new([(TimeSpan.Zero, 0L)]);

    /// <summary>What the last note gave.</summary>
    public double Speed { get; private set; }

    /// <summary>Notes how many there are, and gives the speed.</summary>
    public double Note(TimeSpan at, long frames)
    {
        _notes.Enqueue((at, frames));
        while (_notes.Count > 2 && at - _notes.Peek().At > Length) _notes.Dequeue();
        var (since, before) = _notes.Peek();
        return Speed = at > since ? Math.Max(0, (frames - before) / (at - since).TotalSeconds) : 0;
    }
}
