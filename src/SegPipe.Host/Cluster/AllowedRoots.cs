using SegPipe.Configuration;
using SegPipe.Host.Batch.Storage.S3;

namespace SegPipe.Host.Cluster;

/// <summary>The folders and the places in S3 that a worker may touch, whatever messages, pipelines and symbolic links say.</summary>
internal sealed class AllowedRoots
{
    /// <summary>Takes the folders and places.</summary>
    /// <exception cref="SegPipeException">66 where one is missing, 64 where there is none.</exception>
    public AllowedRoots(IReadOnlyCollection<string> roots)
    {
        Places = [.. roots.Where(S3Location.Is).Select(S3Location.Parse)];
        Folders = [.. roots.Where(r => !S3Location.Is(r)).Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f)))];
        if (roots.Count == 0) throw new SegPipeException(ExitCode.Usage, "No folder is allowed.", "Name those that hold videos, models and outputs: --allow /data");
        if (Folders.FirstOrDefault(f => !Directory.Exists(f)) is { } missing)
            throw new SegPipeException(ExitCode.InputMissing, $"The allowed folder {missing} does not exist.", "Mount it, or name another.");
    }

    /// <summary>Full paths of them.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The places in S3.</summary>
    public IReadOnlyList<S3Location> Places { get; }

    /// <summary>Whether a path or a place in S3 is one of these or lies below one, symbolic links followed.</summary>
    public bool Allows(string path) => S3Location.Is(path) ? S3Location.TryParse(path) is { } place && Places.Any(p => p.Holds(place)) : Folders.Any(root => OutputRoot.Contains(root, Path.Combine(Path.GetFullPath(path), "inside")));

    /// <summary>Whether what a message names may be touched.</summary>
    public bool AllowsAddress(string uri) => Allows(PlaceOf(uri));

    /// <summary>The folder or the place in S3 that a message names.</summary>
    /// <exception cref="SegPipeException">78 where this worker may not touch it.</exception>
    public string Resolve(string uri)
    {
        var place = PlaceOf(uri);
        return Allows(place) ? place : throw Refused(place);
    }

    /// <summary>Requires that a path may be touched.</summary>
    /// <exception cref="SegPipeException">78 where it may not.</exception>
    public void Require(string path)
    {
        if (!Allows(path)) throw Refused(path);
    }

    private static string PlaceOf(string uri) => S3Location.Is(uri) ? uri : new Uri(uri).LocalPath;

    private static SegPipeException Refused(string path) =>
        new(ExitCode.Configuration, $"{path} lies below nothing that this worker may touch.", "Start workers with --allow and what it lies below, or submit with another --out.");
}
