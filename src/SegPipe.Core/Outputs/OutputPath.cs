using SegPipe.Components;

namespace SegPipe.Outputs;

/// <summary>Turns the path that an option names into the place that is written.</summary>
public static class OutputPath
{
    private const int MaxLinks = 40;

    /// <summary>The full path of an output, which must lie under the output root when symbolic links are resolved.</summary>
    /// <exception cref="SegPipeException">78 if it leads out of the output root.</exception>
    public static string Resolve(ComponentContext context, string path)
    {
        var root = FollowLinks(Path.TrimEndingDirectorySeparator(context.OutputRoot), 0);
        var full = FollowLinks(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, context.OutputRoot)), 0);
        if (full == root || full.StartsWith(root == "/" ? root : root + '/', StringComparison.Ordinal)) return full;
        throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: the output {path} leads to {full}, outside of the output root {root}.",
            "Choose a path below it, or another output root.");
    }

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

    private static string FollowLinks(string path, int links)
    {
        var current = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            current = Path.Combine(current, part);
            if (new FileInfo(current).LinkTarget is not { } target) continue;
            if (links == MaxLinks) throw new SegPipeException(ExitCode.Configuration, $"The output {path} runs through too many symbolic links.", "Choose another path.");
            current = FollowLinks(Path.GetFullPath(target, Path.GetDirectoryName(current)!), links + 1);
        }

        return current;
    }
}
