using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>
/// How much later than at best the frames of a live source arrive: wall time less presentation time, over the least of it in the last one
/// to two minutes, so that the drift of a camera's clock over weeks is not taken for lag.
/// </summary>
internal sealed class SourceLag
{
    private const long WindowTicks = TimeSpan.TicksPerMinute;

    private static readonly Rational Ticks = new(1, TimeSpan.TicksPerSecond);

    private long _lag, _least = long.MaxValue, _leastBefore = long.MaxValue, _windowEnd, _newest = long.MinValue;

    public TimeSpan Lag => new(Interlocked.Read(ref _lag));

    public void Note(in FrameHeader header, Rational timeBase)
    {
        if (header.Pts <= _newest) return;
        _newest = header.Pts;
        var late = header.WallTicks - timeBase.Rescale(header.Pts, Ticks);
        if (header.WallTicks >= _windowEnd) (_leastBefore, _least, _windowEnd) = (_least, long.MaxValue, header.WallTicks + WindowTicks);
        _least = Math.Min(_least, late);
        Interlocked.Exchange(ref _lag, late - Math.Min(_least, _leastBefore));
    }
}
