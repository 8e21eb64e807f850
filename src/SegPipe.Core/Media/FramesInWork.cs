using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>The frames that a coder was given and has not answered, matched with what comes out by their time stamps.</summary>
public sealed class FramesInWork
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, FrameHeader> _byPts = [];
    private readonly Queue<FrameHeader> _twins = new();

    /// <summary>Frames that went in and did not come out.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _byPts.Count + _twins.Count;
        }
    }

    /// <summary>Notes a frame before it is written.</summary>
    public void Add(in FrameHeader header)
    {
        lock (_gate)
            if (!_byPts.TryAdd(header.Pts, header))
                _twins.Enqueue(header);
    }

    /// <summary>
    /// Takes the frame with a time stamp; where there is none, as with damaged input, the earliest. False where nothing is left.
    /// </summary>
    public bool TryTake(long pts, out FrameHeader header)
    {
        lock (_gate)
        {
            if (_byPts.Remove(pts, out header))
                return true;
            if (_twins.TryDequeue(out header))
                return true;
        }
        return TryTakeEarliest(out header);
    }

    /// <summary>Takes the frame with the smallest time stamp.</summary>
    public bool TryTakeEarliest(out FrameHeader header)
    {
        lock (_gate)
        {
            var earliest = long.MaxValue;
            foreach (var pts in _byPts.Keys)
                earliest = Math.Min(earliest, pts);
            return _byPts.Remove(earliest, out header) || _twins.TryDequeue(out header);
        }
    }

    /// <summary>Gives up the frames before a time stamp.</summary>
    public IReadOnlyList<FrameHeader> TakeBefore(long pts)
    {
        lock (_gate)
        {
            FrameHeader[] before = [.. _byPts.Values.Where(h => h.Pts < pts)];
            foreach (var header in before)
                _byPts.Remove(header.Pts);
            return before;
        }
    }

    /// <summary>Gives up all frames.</summary>
    public IReadOnlyList<FrameHeader> TakeAll()
    {
        lock (_gate)
        {
            FrameHeader[] all = [.. _byPts.Values, .. _twins];
            _byPts.Clear();
            _twins.Clear();
            return all;
        }
    }
}
