namespace SegPipe.Host.Segmenting;

/// <summary>How class maps are upsampled, in the words of <c>vim_upsample</c>.</summary>
internal enum SegmentMode
{
    /// <summary>Every class may win.</summary>
    Exact,

    /// <summary>Only classes that win a cell of the network's output, as published.</summary>
    Paper,
}
