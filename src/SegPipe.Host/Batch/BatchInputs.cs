using Microsoft.Extensions.FileSystemGlobbing;

namespace SegPipe.Host.Batch;

/// <summary>Finds the videos that a person means: files as they are named, folders searched to the bottom, lists of either.</summary>
internal sealed class BatchInputs
{
    /// <summary>Names that are taken from folders where none are asked for.</summary>
    public static readonly IReadOnlyList<string> Videos =
    [
        "*.3gp", "*.asf", "*.avi", "*.flv", "*.h264", "*.hevc", "*.m2ts", "*.m4v", "*.mjpeg", "*.mkv", "*.mov", "*.mp4", "*.mpeg", "*.mpg", "*.mts", "*.mxf", "*.nut",
        "*.ogv", "*.ts", "*.vob", "*.webm", "*.wmv",
    ];

    private readonly Matcher _matcher = new(StringComparison.OrdinalIgnoreCase);
    private readonly string _skipped;

    /// <param name="include">Patterns of what is taken from folders, as <c>*.mp4</c> or <c>2026-*/front/*.mp4</c>; by default <see cref="Videos"/>.</param>
    /// <param name="exclude">Patterns of what is not.</param>
    /// <param name="skipped">A folder that is never searched: the one that outputs go to.</param>
    public BatchInputs(IReadOnlyCollection<string> include, IReadOnlyCollection<string> exclude, string skipped)
    {
        _skipped = Path.TrimEndingDirectorySeparator(Path.GetFullPath(skipped));
        foreach (var pattern in include.Count > 0 ? include : Videos) _matcher.AddInclude(Anywhere(pattern));
        foreach (var pattern in exclude) _matcher.AddExclude(Anywhere(pattern));
    }

    /// <summary>Full paths, each once: arguments in their order, what lies in a folder by name. A file that is named is taken even where it is missing, so that it can be told.</summary>
    public IReadOnlyList<string> Find(IEnumerable<string> named)
    {
        var found = new List<string>();
        foreach (var path in named.Select(p => Path.GetFullPath(p)))
        {
            if (Directory.Exists(path)) Search(path, path, found);
            else found.Add(path);
        }
        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Those of some names, relative to the place that was named, that the patterns fit and that are not hidden.</summary>
    public IReadOnlyList<string> Matching(string root, IEnumerable<string> names) =>
        [.. _matcher.Match(root, names.Where(n => !n.Split('/').Any(part => part.StartsWith('.')))).Files.Select(f => f.Path)];

    /// <summary>The lines of a list: one path each, empty ones and those that begin with <c>#</c> left out; relative paths count from the working folder, as on the command line.</summary>
    /// <exception cref="SegPipeException">66 if it is missing or cannot be read.</exception>
    public static IReadOnlyList<string> ReadList(string path)
    {
        try
        {
            return [.. File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"The list {path} cannot be read: {e.Message}", "Name a file with one path a line.", e);
        }
    }

    private void Search(string root, string folder, List<string> found)
    {
        if (folder == _skipped) return;
        // Hidden things are bins and caches; links could lead round in circles.
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false };
        var names = Directory.EnumerateFiles(folder, "*", options).Select(file => Path.GetRelativePath(root, file)).Order(StringComparer.Ordinal);
        found.AddRange(_matcher.Match(root, names).Files.Select(file => Path.Combine(root, file.Path)));
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", options).Order(StringComparer.Ordinal))
            if (new DirectoryInfo(inner).LinkTarget is null) Search(root, inner, found);
    }

    private static string Anywhere(string pattern) => pattern.Contains('/', StringComparison.Ordinal) ? pattern : $"**/{pattern}";
}
