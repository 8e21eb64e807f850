using SegPipe.Frames;

namespace SegPipe.Nut;

/// <summary>The main header: time bases, frame codes and elided payload beginnings.</summary>
internal sealed class NutMainHeader
{
    public required int StreamCount { get; init; }

    public required Rational[] TimeBases { get; init; }

    public required NutFrameCode[] FrameCodes { get; init; }

    public required byte[][] Elisions { get; init; }

    public static NutMainHeader Read(ref NutCursor cursor, NutLimits limits)
    {
        var version = cursor.ReadNumber(2, 4, "the version");
        if (version > 3)
            cursor.ReadNumber();
        var streams = cursor.ReadNumber(1, limits.MaxStreams, "the count of streams");
        cursor.ReadNumber();
        var timeBases = new Rational[cursor.ReadNumber(1, limits.MaxTimeBases, "the count of time bases")];
        for (var i = 0; i < timeBases.Length; i++)
            timeBases[i] = new(
                cursor.ReadNumber(1, int.MaxValue, "a time base's numerator"),
                cursor.ReadNumber(1, int.MaxValue, "a time base's denominator"));
        var codes = NutFrameCode.ReadTable(ref cursor);

        var elisions = new List<byte[]> { Array.Empty<byte>() };
        if (!cursor.AtEnd)
        {
            var count = cursor.ReadNumber(0, 127, "the count of elision headers");
            for (var i = 0; i < count; i++)
                elisions.Add(cursor.ReadBytes(limits.MaxElisionBytes, "an elision header"));
        }
        return new() { StreamCount = streams, TimeBases = timeBases, FrameCodes = codes, Elisions = [.. elisions] };
    }

    public NutStream ReadStream(ref NutCursor cursor, NutLimits limits)
    {
        var index = cursor.ReadNumber(0, StreamCount - 1, "a stream index");
        var streamClass = cursor.ReadNumber(0, 255, "a stream class");
        var fourCc = cursor.ReadBytes(8, "a codec tag");
        var timeBase = TimeBases[cursor.ReadNumber(0, TimeBases.Length - 1, "a time base index")];
        var shift = cursor.ReadNumber(0, 16, "the time stamp shift");
        var maxDistance = cursor.ReadNumber();
        var delay = cursor.ReadNumber(0, 1000, "the decode delay");
        cursor.ReadNumber();
        var extradata = cursor.ReadBytes(limits.MaxHeaderBytes, "the extradata");
        var stream = new NutStream
        {
            Index = index,
            StreamClass = streamClass,
            FourCc = fourCc,
            TimeBase = timeBase,
            PtsShift = shift,
            MaxPtsDistance = maxDistance,
            DecodeDelay = delay,
            Extradata = extradata,
        };
        if (streamClass != NutFormat.VideoClass)
            return stream;
        return stream with
        {
            Width = cursor.ReadNumber(0, 1 << 20, "the width"),
            Height = cursor.ReadNumber(0, 1 << 20, "the height"),
            SampleAspectNumerator = cursor.ReadNumber(0, int.MaxValue, "the sample aspect"),
            SampleAspectDenominator = cursor.ReadNumber(0, int.MaxValue, "the sample aspect"),
        };
    }
}
