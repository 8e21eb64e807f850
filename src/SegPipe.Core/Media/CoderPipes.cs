using SegPipe.Frames;
using SegPipe.Processes;

namespace SegPipe.Media;

/// <summary>
/// Room of a coder's pipes. What lies in a pipe grows old where no edge knows of it: of a camera's small packets the usual
/// megabyte holds the better part of a minute. So for live streams a pipe holds a page of packets, or one picture.
/// </summary>
public static class CoderPipes
{
    private const int Page = 4096, Most = 1 << 20;

    /// <summary>The options with such pipes.</summary>
    /// <param name="child">The coder's options.</param>
    /// <param name="input">What goes in.</param>
    /// <param name="output">What comes out.</param>
    public static ChildOptions Prompt(this ChildOptions child, Format input, Format output) => child with { InputRoom = Room(input), OutputRoom = Room(output) };

    private static int Room(Format format) => Math.Clamp(format.FrameBytes ?? 0, Page, Most);
}
