namespace SegPipe.Nut;

/// <summary>A NUT stream that breaks the format or a stated limit, with the byte offset where it does.</summary>
public sealed class NutException(string cause, long offset)
    : SegPipeException(ExitCode.InputUnusable, $"NUT stream: {cause} at byte {offset}.")
{
    /// <summary>What is wrong, without the place.</summary>
    public string Cause { get; } = cause;

    /// <summary>Byte offset from the start of the stream.</summary>
    public long Offset { get; } = offset;
}
