namespace SegPipe.Configuration;

/// <summary>Keeps outputs below one folder, whatever dots and symbolic links say.</summary>
public static class OutputRoot
{
    private const int MaxLinks = 40;

    /// <summary>Whether a full path lies below a folder once every symbolic link on the way that exists is followed.</summary>
    public static bool Contains(string root, string full)
    {
        if (Real(root) is not { } realRoot || Real(full) is not { } real) return false;
        var prefix = Path.EndsInDirectorySeparator(realRoot) ? realRoot : realRoot + Path.DirectorySeparatorChar;
        return real.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>Why a file or folder cannot be made at a full path, or null; what is tried is removed again.</summary>
    public static string? WhyNotWritable(string full)
    {
        var folder = Path.GetDirectoryName(full) ?? full;
        while (!Directory.Exists(folder))
        {
            if (File.Exists(folder)) return $"{folder} is a file, not a folder";
            if (Path.GetDirectoryName(folder) is not { } parent) return $"{folder} does not exist";
            folder = parent;
        }
        try
        {
            var probe = Path.Combine(folder, $".segpipe-{Guid.NewGuid():N}");
            using var handle = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{folder} cannot be written to ({Reason(e)})";
        }
    }

    // .NET ends its words with the path, which here is one that the person never saw.
    private static string Reason(Exception e) => e is UnauthorizedAccessException ? "permission denied" : e.Message.Split(" : '")[0];

    private static string? Real(string full)
    {
        var path = Path.GetFullPath(full);
        for (var hops = 0; hops < MaxLinks; hops++)
        {
            if (Step(path) is not { } next) return path;
            path = next;
        }
        return null;
    }

    /// <summary>The path with its first symbolic link replaced by what that points to, or null where it has none.</summary>
    private static string? Step(string path)
    {
        for (var end = 1; end <= path.Length; end++)
        {
            if (end < path.Length && path[end] != Path.DirectorySeparatorChar) continue;
            if (new FileInfo(path[..end]).LinkTarget is not { } target) continue;
            var folder = Path.GetDirectoryName(path[..end]) ?? "/";
            return Path.GetFullPath(Path.Combine(folder, target) + path[end..]);
        }
        return null;
    }
}
