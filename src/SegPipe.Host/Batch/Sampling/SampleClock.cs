using SegPipe.Frames;

namespace SegPipe.Host.Batch.Sampling;

/// <summary>Tells when a stretch of time begins: by the video's own time, so that it does not matter where the video was cut.</summary>
/// <param name="interval">Length of a stretch in seconds.</param>
internal sealed class SampleClock(double interval)
{
    private long? _last;

    /// <summary>The frame's time in seconds where it is the first of its stretch, else null.</summary>
    public double? Due(Frame frame)
    {
        var seconds = frame.Header.Pts * frame.Format.TimeBase.Value;
        var stretch = (long)Math.Floor(seconds / interval);
        if (_last == stretch) return null;
        _last = stretch;
        return Math.Round(seconds, 3);
    }
}
