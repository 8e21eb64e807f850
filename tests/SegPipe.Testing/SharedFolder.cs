namespace SegPipe.Testing;

/// <summary>The folder with data, models and goldens beside the repository, which may be absent.</summary>
public static class SharedFolder
{
    /// <summary>Path of the folder that holds SegPipe.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Full path of a file or folder in <c>../shared</c>, or null where it is not there.</summary>
    public static string? Find(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(Repository, "..", "shared", relative));
        return Path.Exists(path) ? path : null;
    }

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "SegPipe.sln")))
                return folder;
        throw new InvalidOperationException("SegPipe.sln was not found above the test assembly.");
    }
}
