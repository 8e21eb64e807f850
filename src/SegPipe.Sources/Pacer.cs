using SegPipe.Frames;
using SegPipe.Processes;

namespace SegPipe.Sources;

/// <summary>Holds packets back until the time at which a player would decode them.</summary>
internal sealed class Pacer(TimeProvider time, PacketsFormat format)
{
    private readonly PriorityQueue<long, long> _window = new();
    private long? _start;
    private long _firstDue;

    /// <summary>Waits for a packet's turn; false where the stop came first.</summary>
    public bool Wait(long pts, CancellationToken stop)
    {
        // The smallest of the last few time stamps is the decoding time: packets come ahead of their presentation.
        _window.Enqueue(pts, pts);
        var due = _window.Peek();
        if (_window.Count > format.DecodeDelay)
            due = _window.Dequeue();
        if (_start is not { } start)
        {
            (_start, _firstDue) = (time.GetTimestamp(), due);
            return true;
        }
        var wait = TimeSpan.FromSeconds((due - _firstDue) * format.TimeBase.Value) - time.GetElapsedTime(start);
        return Pause.Wait(time, wait, stop);
    }
}
