using SegPipe.Frames;
using SegPipe.Nut;

namespace SegPipe.Media;

/// <summary>
/// How time stamps travel in NUT, which has no negative ones: an hour later than they are. A file that was cut without being encoded
/// again begins before zero, by as much as a group of pictures lasts. The hour is rounded to whole ticks as FFmpeg rounds it, so that
/// taking it off again is exact.
/// </summary>
public static class Carrier
{
    /// <summary>Seconds that are added.</summary>
    public const int OffsetSeconds = 3600;

    /// <summary>The same in ticks, rounded to the nearest.</summary>
    public static long Offset(Rational timeBase) => new Rational(1, 1).Rescale(OffsetSeconds, timeBase);

    /// <summary>A time stamp as it is written to a child that reads ticks of the same time base.</summary>
    public static long ToChild(long pts, Rational timeBase) => pts + Offset(timeBase);

    /// <summary>
    /// The original time stamp of a fetched packet, in ticks of the file; FFmpeg added the offset in its own ticks, which are a
    /// fraction of the file's.
    /// </summary>
    public static long FromFetch(long pts, Rational childTimeBase, Rational timeBase) =>
        childTimeBase.Rescale(pts - Offset(childTimeBase), timeBase);

    /// <summary>The original time stamp of what a decoder or encoder made of our frames, in ticks of <paramref name="timeBase"/>.</summary>
    public static long FromCoder(long pts, Rational childTimeBase, Rational timeBase) =>
        childTimeBase.Rescale(pts, timeBase) - Offset(timeBase);

    /// <summary>The stream header for packets of a format.</summary>
    public static NutStream Header(PacketsFormat format) => new()
    {
        FourCc = format.FourCc,
        TimeBase = format.TimeBase,
        MaxPtsDistance = MaxPtsDistance(format.TimeBase),
        DecodeDelay = format.DecodeDelay,
        Extradata = format.Extradata,
        Width = format.Size.Width,
        Height = format.Size.Height,
        SampleAspectNumerator = (int)format.SampleAspect.Num,
        SampleAspectDenominator = (int)format.SampleAspect.Den,
    };

    /// <summary>The stream header for pictures of a format.</summary>
    public static NutStream Header(PictureFormat format) => new()
    {
        FourCc = (format.Layout == PictureLayout.Rgb ? "G3\0\b"u8 : "I420"u8).ToArray(),
        TimeBase = format.TimeBase,
        MaxPtsDistance = MaxPtsDistance(format.TimeBase),
        Width = format.Size.Width,
        Height = format.Size.Height,
        SampleAspectNumerator = (int)format.SampleAspect.Num,
        SampleAspectDenominator = (int)format.SampleAspect.Den,
    };

    /// <summary>Writes a frame at its time; planes of RGB go in the order G, B, R, which is the one that the header's codec tag stands for.</summary>
    public static void Write(NutWriter writer, Frame frame)
    {
        var bytes = frame.Bytes;
        var red = frame.Format is PictureFormat { Layout: PictureLayout.Rgb } ? bytes.Length / 3 : 0;
        writer.WriteFrame(ToChild(frame.Header.Pts, frame.Format.TimeBase), frame.Header.Key, bytes[red..], bytes[..red]);
    }

    private static long MaxPtsDistance(Rational timeBase) => Math.Max(1, new Rational(1, 1).Rescale(1, timeBase));
}
