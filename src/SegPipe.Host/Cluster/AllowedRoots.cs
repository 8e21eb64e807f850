using SegPipe.Configuration;

namespace SegPipe.Host.Cluster;

/// <summary>The folders that a worker may touch, whatever messages, pipelines and symbolic links say.</summary>
internal sealed class AllowedRoots
{
    /// <summary>Takes the folders.</summary>
    /// <exception cref="SegPipeException">66 where one is missing, 64 where there is none.</exception>
    public AllowedRoots(IEnumerable<string> folders)
    {
        Folders = [.. folders.Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f)))];
        if (Folders.Count == 0) throw new SegPipeException(ExitCode.Usage, "No folder is allowed.", "Name those that hold videos, models and outputs: --allow /data");
        if (Folders.FirstOrDefault(f => !Directory.Exists(f)) is { } missing)
            throw new SegPipeException(ExitCode.InputMissing, $"The allowed folder {missing} does not exist.", "Mount it, or name another.");
    }

    /// <summary>Full paths of them.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Whether a path is one of the folders or lies below one, symbolic links followed.</summary>
    public bool Allows(string path) => Folders.Any(root => OutputRoot.Contains(root, Path.Combine(Path.GetFullPath(path), "inside")));

    /// <summary>The folder that a message names.</summary>
    /// <exception cref="SegPipeException">78 where this worker may not touch it.</exception>
    public string Resolve(string uri)
    {
        var folder = new Uri(uri).LocalPath;
        return Allows(folder) ? folder : throw Refused(folder);
    }

    /// <summary>Requires that a path may be touched.</summary>
    /// <exception cref="SegPipeException">78 where it may not.</exception>
    public void Require(string path)
    {
        if (!Allows(path)) throw Refused(path);
    }

    private static SegPipeException Refused(string path) =>
        new(ExitCode.Configuration, $"{path} lies in no folder that this worker may touch.", "Start workers with --allow and a folder above it, or submit with another --out.");
}
