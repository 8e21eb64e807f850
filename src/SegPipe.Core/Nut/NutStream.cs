using System.Text;
using SegPipe.Frames;

namespace SegPipe.Nut;

/// <summary>What a stream header says about one stream.</summary>
public sealed record NutStream
{
    /// <summary>Index of the stream.</summary>
    public int Index { get; init; }

    /// <summary>0 video, 1 audio, 2 subtitles, 3 data.</summary>
    public int StreamClass { get; init; }

    /// <summary>Codec tag as FFmpeg writes it, at most 8 bytes.</summary>
    public required ReadOnlyMemory<byte> FourCc { get; init; }

    /// <summary>Seconds per tick of this stream's time stamps.</summary>
    public required Rational TimeBase { get; init; }

    /// <summary>Bits of a time stamp that are coded in full, 0–16.</summary>
    public int PtsShift { get; init; } = 14;

    /// <summary>Largest step between time stamps without a checksum, in ticks.</summary>
    public long MaxPtsDistance { get; init; }

    /// <summary>How many frames a decoder may hold back for reordering; more than 0 with B-frames.</summary>
    public int DecodeDelay { get; init; }

    /// <summary>Codec's global headers.</summary>
    public ReadOnlyMemory<byte> Extradata { get; init; }

    /// <summary>Picture width in samples; 0 unless video.</summary>
    public int Width { get; init; }

    /// <summary>Picture height in samples; 0 unless video.</summary>
    public int Height { get; init; }

    /// <summary>Numerator of the sample aspect ratio; 0 where unknown.</summary>
    public int SampleAspectNumerator { get; init; }

    /// <summary>Denominator of the sample aspect ratio; 0 where unknown.</summary>
    public int SampleAspectDenominator { get; init; }

    /// <summary>The codec tag as text, other bytes than letters and digits as dots.</summary>
    public string FourCcText
    {
        get
        {
            var text = new StringBuilder();
            foreach (var b in FourCc.Span)
                text.Append(char.IsAsciiLetterOrDigit((char)b) ? (char)b : '.');
            return text.ToString();
        }
    }
}
