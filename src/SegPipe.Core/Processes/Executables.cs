namespace SegPipe.Processes;

/// <summary>Looks programs up as a shell would.</summary>
internal static class Executables
{
    /// <summary>Full path of a program named by path or found in PATH; null where there is none.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return IsExecutable(program) ? Path.GetFullPath(program) : null;
        var folders = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
        return folders.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && NativeMethods.Access(path, NativeMethods.MayExecute) == 0;
}
