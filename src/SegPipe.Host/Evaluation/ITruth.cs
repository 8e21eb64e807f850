using SegPipe.Frames;

namespace SegPipe.Host.Evaluation;

/// <summary>A true class map.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Size">Columns and rows.</param>
/// <param name="Labels">Rows without padding, a class a byte; valid until the next one is asked for.</param>
internal readonly record struct TrueLabels(string Name, PictureSize Size, ReadOnlyMemory<byte> Labels);

/// <summary>Where the true class maps come from.</summary>
internal interface ITruth : IDisposable
{
    /// <summary>The truth of a frame.</summary>
    /// <exception cref="SegPipeException">There is none, or it cannot be read.</exception>
    TrueLabels Next(Frame frame);

    /// <summary>Requires that no truth is left over.</summary>
    /// <exception cref="SegPipeException">65 if some is.</exception>
    void RequireEnd();
}
