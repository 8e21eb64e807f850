using SegPipe.Components;
using SegPipe.Configuration;

namespace SegPipe.Outputs;

/// <summary>Turns the path that an option names into the place that is written.</summary>
public static class OutputPath
{
    /// <summary>
    /// The full path of an output, which must lie under the output root when symbolic links are resolved. A stream that a reload started
    /// anew gets a number behind the name (<c>front-2.mp4</c>), the next one that is free.
    /// </summary>
    /// <exception cref="SegPipeException">78 if it leads out of the output root.</exception>
    public static string Resolve(ComponentContext context, string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, context.OutputRoot));
        return OutputRoot.Contains(context.OutputRoot, full)
            ? context.Restarts == 0 ? full : Numbered(full, context.Restarts + 1)
            : throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: the output {path} leads out of the output folder {context.OutputRoot}.",
                "Write below it, or choose another output folder.");
    }

    /// <summary>The full path of an output; in a part of a video, that of its piece.</summary>
    /// <param name="context">The sink's.</param>
    /// <param name="path">The output's path.</param>
    /// <param name="extension">Of the piece; empty for a folder.</param>
    /// <exception cref="SegPipeException">78 if it leads out of the output root.</exception>
    public static string OrPiece(ComponentContext context, string path, string extension) =>
        context.Part is { } part ? part.PieceOf(context.Id, extension) : Resolve(context, path);

    /// <summary>Makes the folder that an output lies in.</summary>
    /// <exception cref="SegPipeException">73 if it cannot be made.</exception>
    public static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotCreate(folder, e);
        }
    }

    /// <summary>The error for an output that cannot be made.</summary>
    public static SegPipeException CannotCreate(string path, Exception inner) =>
        new(ExitCode.CannotCreate, $"The output {path} cannot be created: {inner.Message}", "Check that the folder may be written to and that the disk has room.", inner);

    private static string Numbered(string path, int number)
    {
        var extension = Path.GetExtension(path);
        var stem = path[..^extension.Length];
        while (Path.Exists($"{stem}-{number}{extension}")) number++;
        return $"{stem}-{number}{extension}";
    }
}
