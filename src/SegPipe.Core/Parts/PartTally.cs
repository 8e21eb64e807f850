using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Parts;

/// <summary>Counts what one component did with the frames that belong to a part.</summary>
internal sealed class PartTally(Part part)
{
    private readonly Lock _gate = new();

    public long Count { get; private set; }

    public long Lost { get; private set; }

    public long NotShown { get; private set; }

    public long FirstPts { get; private set; } = long.MaxValue;

    public long LastPts { get; private set; } = long.MinValue;

    public long FirstSequence { get; private set; } = long.MaxValue;

    public void Note(in FrameHeader header)
    {
        if (!part.Owns(header.Pts)) return;
        lock (_gate)
        {
            Count++;
            (FirstPts, LastPts) = (Math.Min(FirstPts, header.Pts), Math.Max(LastPts, header.Pts));
            FirstSequence = Math.Min(FirstSequence, header.Sequence);
        }
    }

    public void Note(StreamLoss loss, long pts)
    {
        if (!part.Owns(pts)) return;
        lock (_gate)
        {
            if (loss == StreamLoss.Lost) Lost++;
            else NotShown++;
        }
    }
}
