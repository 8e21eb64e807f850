namespace SegPipe;

/// <summary>The folder that holds <c>assets/</c>: the checkout, or where the program was installed.</summary>
public static class Home
{
    /// <summary>
    /// Finds the folder: <c>SEGPIPE_HOME</c> if set, else the program's own folder or the nearest one above it with
    /// <c>assets/</c> in it.
    /// </summary>
    /// <exception cref="SegPipeException">69 if there is none.</exception>
    public static string Folder()
    {
        if (Environment.GetEnvironmentVariable("SEGPIPE_HOME") is { Length: > 0 } stated)
        {
            return Directory.Exists(Path.Combine(stated, "assets"))
                ? Path.GetFullPath(stated)
                : throw new SegPipeException(ExitCode.Unavailable, $"SEGPIPE_HOME is {stated}, which has no folder assets.",
                    "Set it to the folder that holds assets/, or unset it.");
        }

        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, "assets"))) return Path.TrimEndingDirectorySeparator(folder);
        }

        throw new SegPipeException(ExitCode.Unavailable, $"There is no folder assets at or above {AppContext.BaseDirectory}.",
            "Set SEGPIPE_HOME to the folder that holds it.");
    }

    /// <summary>The full path of a file below <c>assets/</c>; the file need not exist.</summary>
    public static string Asset(params ReadOnlySpan<string> parts) => Path.Combine([Folder(), "assets", .. parts]);
}
