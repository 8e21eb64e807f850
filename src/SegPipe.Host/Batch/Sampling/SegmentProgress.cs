using SegPipe.Components;

namespace SegPipe.Host.Batch.Sampling;

/// <summary>How far a running segment is, to be asked from any thread.</summary>
internal sealed class SegmentProgress
{
    private long _pictures;

    /// <summary>Pictures of it that went through the stages.</summary>
    public long Pictures => Interlocked.Read(ref _pictures);

    /// <summary>The progress of the segment whose pieces go to a folder.</summary>
    public static SegmentProgress Of(SharedResources shared, string folder) => shared.GetOrAdd(folder, () => new SegmentProgress());

    /// <summary>Counts a picture.</summary>
    public void Count() => Interlocked.Increment(ref _pictures);
}
