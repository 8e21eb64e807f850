namespace SegPipe.Testing;

/// <summary>A program to be used as FFmpeg that does badly in one role and is the real one in the others.</summary>
public static class FakeFfmpeg
{
    /// <summary>The console program, for tests that run it by itself.</summary>
    public static string Program { get; } = Path.Combine(Folder(), "SegPipe.FakeFfmpeg");

    /// <summary>
    /// Writes the fake into a folder, with everything that it needs beside it, so that it works under confinement too.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="role"><c>fetch</c>, <c>decode</c>, <c>encode</c>, <c>mux</c>, or <c>any</c>.</param>
    /// <param name="behaviour"><c>exits</c> (with code <paramref name="number"/>), <c>magic</c>, <c>swallows</c>; <c>stalls</c>, <c>dies</c>, <c>ends</c> (after that many bytes); <c>chokes</c> (dies of as many bytes of <see cref="NumberedVideo.WritePoison"/>); <c>floods</c> (that many lines of 200 characters, then does well), <c>raves</c> (the same, then dies).</param>
    /// <param name="number">See <paramref name="behaviour"/>.</param>
    /// <returns>Path of the program.</returns>
    public static string Write(string folder, string role, string behaviour, long number = 0)
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Program)!))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        // Called by this name, the real one can be found among the processes that a test has left.
        var real = Path.Combine(folder, "real-ffmpeg");
        File.CreateSymbolicLink(real, System.Text.Encoding.UTF8.GetString(Tool.Run("sh", "-c", "command -v ffmpeg")).Trim());
        var script = Path.Combine(folder, "ffmpeg");
        File.WriteAllText(script, $"""
            #!/bin/sh
            real=$(dirname "$0")/real-ffmpeg
            case " $* " in
              *" -version "*) role=version ;;
              *" rawvideo "*) role=decode ;;
              *" -itsoffset "*) role=mux ;;
              *" pipe:0 "*) role=encode ;;
              *) role=fetch ;;
            esac
            # .NET reserves address space and maps its code from a file, and both are limited here.
            export DOTNET_GCHeapHardLimit=0x8000000 DOTNET_EnableWriteXorExecute=0
            case "$role" in
              {(role == "any" ? "fetch|decode|encode|mux" : role)}) "$(dirname "$0")/SegPipe.FakeFfmpeg" {behaviour} {number} "$real" "$@"; exit $? ;;
              *) exec "$real" "$@" ;;
            esac

            """);
        Tool.Run("chmod", "+x", script);
        return script;
    }

    private static string Folder()
    {
        var own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var beside = Path.Combine(own, "..", "..", "SegPipe.FakeFfmpeg", Path.GetFileName(own));
        return Path.GetFullPath(beside);
    }
}
