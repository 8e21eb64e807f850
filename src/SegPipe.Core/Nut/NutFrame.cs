namespace SegPipe.Nut;

/// <summary>The header of one frame.</summary>
/// <param name="StreamIndex">Index of the stream that it belongs to.</param>
/// <param name="Pts">Presentation time in ticks of the stream's time base; never negative.</param>
/// <param name="Size">Payload in bytes.</param>
/// <param name="IsKey">Whether decoding can start here.</param>
/// <param name="EndOfRelevance">Whether the stream is silent from here on.</param>
/// <param name="Offset">Where the frame begins in the stream, in bytes.</param>
public readonly record struct NutFrame(int StreamIndex, long Pts, int Size, bool IsKey, bool EndOfRelevance, long Offset);
