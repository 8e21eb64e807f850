using SegPipe.Frames;

namespace SegPipe.Sources.Rtsp;

/// <summary>
/// Keeps time stamps rising over connections and over a camera's own jumps: a new beginning stands as far behind the last time
/// stamp as time has passed since.
/// </summary>
internal sealed class ConnectionClock(TimeProvider time, Rational timeBase)
{
    // Reordering reaches back less, and no network hands out pictures so far ahead of their time.
    private const double MostBack = 5, MostAhead = 10;

    private readonly long[] _recent = [.. Enumerable.Repeat(-1L, 32)];
    private long _shift;
    private long _last = -1;
    private long _floor = -1;
    private long _arrival;
    private int _place;
    private bool _begins = true;

    /// <summary>Length of the interruption that the last packet ended, else null.</summary>
    public TimeSpan? Gap { get; private set; }

    /// <summary>The next packet is the first of a connection.</summary>
    public void Begin() => _begins = true;

    /// <summary>The time stamp under which a packet goes on, or null for one that belongs before the beginning and cannot be decoded.</summary>
    /// <param name="pts">Its own time stamp, in ticks.</param>
    public long? Map(long pts)
    {
        var now = time.GetTimestamp();
        var passed = _last < 0 ? TimeSpan.Zero : time.GetElapsedTime(_arrival, now);
        var ahead = (pts + _shift - _last) * timeBase.Value;
        Gap = null;
        if (_begins || ahead < -MostBack || ahead > passed.TotalSeconds + MostAhead)
        {
            if (_last >= 0)
                Gap = passed;
            _floor = _last;
            _shift = _last + (_last < 0 ? 1 : Math.Max(1, (long)(passed.TotalSeconds / timeBase.Value))) - pts;
            _begins = false;
        }
        _arrival = now;
        var mapped = pts + _shift;
        if (mapped <= _floor)
            return null;
        // Cameras repeat time stamps; no two packets may share one.
        while (_recent.Contains(mapped))
            mapped++;
        _recent[_place++ % _recent.Length] = mapped;
        _last = Math.Max(_last, mapped);
        return mapped;
    }
}
