using System.Globalization;
using System.Text;
using SegPipe.Frames;

namespace SegPipe.Host.Batch.Planning;

/// <summary>A video and how it is cut: <c>plan.json</c>. Times are in ticks of the video's time base.</summary>
internal sealed record JobPlan
{
    /// <summary>Version of the form.</summary>
    public int V { get; init; } = 1;

    /// <summary>Name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Full path of the video.</summary>
    public required string Input { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>When it was last written to.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>SHA-256 of its content in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>FFmpeg's name of its codec.</summary>
    public required string Codec { get; init; }

    /// <summary>Columns as coded.</summary>
    public required int Width { get; init; }

    /// <summary>Rows as coded.</summary>
    public required int Height { get; init; }

    /// <summary>Seconds a tick.</summary>
    public required Rational TimeBase { get; init; }

    /// <summary>Pictures in all segments.</summary>
    public required long Frames { get; init; }

    /// <summary>Seconds from the first picture to the last one's end, as far as its neighbours tell.</summary>
    public required double Seconds { get; init; }

    /// <summary>Pictures that a segment was to hold at most.</summary>
    public required int SegmentFrames { get; init; }

    /// <summary>Pictures that stages with memory want before each segment.</summary>
    public required int Lead { get; init; }

    /// <summary>Pictures that they want behind it.</summary>
    public required int Tail { get; init; }

    /// <summary>Whether it is run in one piece because its segments did not hold what was planned.</summary>
    public bool Uncut { get; init; }

    /// <summary>The segments, in order.</summary>
    public required IReadOnlyList<PlannedSegment> Segments { get; init; }

    /// <summary>The same video in one piece.</summary>
    public JobPlan AsOne() => this with
    {
        Uncut = true,
        Segments = [new(0, Segments[0].FirstPts, Segments.Max(s => s.LastPts), long.MaxValue, Segments[0].FirstPts, long.MaxValue, 0, Frames)],
    };

    /// <summary>What a result belongs to: the pipeline, and what is cut and where.</summary>
    /// <param name="fingerprint">The pipeline's.</param>
    public string ConfigHash(string fingerprint)
    {
        var text = new StringBuilder(fingerprint).Append('\n').Append(Sha256);
        foreach (var s in Segments) text.Append(CultureInfo.InvariantCulture, $"\n{s.FirstPts} {s.EndPts} {s.LeadPts} {s.TailPts} {s.LeadSeq}");
        return BatchNames.HashOf(text.ToString());
    }
}

/// <summary>A stretch of a video.</summary>
/// <param name="I">Its place.</param>
/// <param name="FirstPts">Time of its first picture.</param>
/// <param name="LastPts">Time of its last picture.</param>
/// <param name="EndPts">Time that is no longer in it; <see cref="long.MaxValue"/> for the last segment.</param>
/// <param name="LeadPts">Time of the first picture that stages with memory want to see.</param>
/// <param name="TailPts">Time of the first picture behind those that they want to see.</param>
/// <param name="LeadSeq">Number of the picture at <paramref name="LeadPts"/> in the whole video.</param>
/// <param name="Frames">Pictures in it.</param>
internal sealed record PlannedSegment(int I, long FirstPts, long LastPts, long EndPts, long LeadPts, long TailPts, long LeadSeq, long Frames);
