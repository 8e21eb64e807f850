using SegPipe.Frames;

namespace SegPipe.Host.Batch.Sampling;

/// <summary>Tells when a stretch of time begins: by the video's own time, so that it does not matter where the video was cut.</summary>
/// <param name="interval">Length of a stretch in seconds.</param>
internal sealed class SampleClock(double interval)
{
    /// <summary>Seconds from one count of the classes to the next.</summary>
    public const double Shares = 1;

    /// <summary>Seconds from one small picture to the next.</summary>
    public const double Thumbnails = 5;

    private long? _last;

    /// <summary>The number of the stretch that a time belongs to.</summary>
    public static long StretchOf(double seconds, double interval) => (long)Math.Floor(seconds / interval);

    /// <summary>The frame's time in seconds where it is the first of its stretch, else null.</summary>
    public double? Due(Frame frame)
    {
        var seconds = Math.Round(frame.Header.Pts * frame.Format.TimeBase.Value, 3);
        var stretch = StretchOf(seconds, interval);
        if (_last == stretch) return null;
        _last = stretch;
        return seconds;
    }
}
