using SegPipe.Outputs;

namespace SegPipe.Sinks;

/// <summary>Pieces of text, as parts of a video left them.</summary>
internal static class PieceFiles
{
    /// <summary>The lines of a piece.</summary>
    /// <exception cref="SegPipeException">65 if it cannot be read.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = Guarded(path, () => File.OpenText(path));
        while (Guarded(path, reader.ReadLine) is { } line) yield return line;
    }

    /// <summary>Reads of a piece what must be there.</summary>
    /// <exception cref="SegPipeException">65 if it cannot be read.</exception>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Unfit(path, $"cannot be read: {refused.Message}", refused);
        }
    }

    /// <summary>The error of a piece that is not as its sink left it.</summary>
    public static SegPipeException Unfit(string path, string cause, Exception? inner = null) =>
        new(ExitCode.InputUnusable, $"The piece {path} {cause}.", "Run its part again.", inner);

    /// <summary>Creates the file that pieces are put together in.</summary>
    public static PartialFile Create(string path) => new(path, durable: true);
}
