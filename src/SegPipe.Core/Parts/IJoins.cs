using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Parts;

/// <summary>What a sink wrote of one part.</summary>
/// <param name="Folder">The part's folder.</param>
/// <param name="Shift">What is added to the numbers of its pictures; negative where earlier parts had fewer than was planned.</param>
public sealed record PartPiece(string Folder, long Shift)
{
    /// <summary>Full path of a sink's piece.</summary>
    public string Of(string sink, string extension) => Part.PieceIn(Folder, sink, extension);
}

/// <summary>A sink that can put its output together of what it wrote in parts.</summary>
public interface IJoins
{
    /// <summary>Writes the output of a run over the whole video, as <see cref="ISink.CompleteAsync"/> would leave it; called instead of everything else.</summary>
    /// <param name="origin">The video.</param>
    /// <param name="pieces">The pieces in their order.</param>
    /// <param name="abort">Ends it; nothing appears under a final name.</param>
    /// <exception cref="SegPipeException">65 if a piece cannot be read or fits to no other; 73 or 74 if the output cannot be written.</exception>
    Task JoinAsync(MediaOrigin origin, IReadOnlyList<PartPiece> pieces, CancellationToken abort);
}

/// <summary>A sink that compares frames with earlier ones: in a part, it sees those that are not its own.</summary>
public interface IRemembers
{
    /// <summary>Takes note of a frame that is written in another part; borrowed for the call.</summary>
    void Remember(Frame frame);
}
