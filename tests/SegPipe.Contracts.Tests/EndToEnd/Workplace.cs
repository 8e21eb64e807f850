using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

/// <summary>A folder in which the built program is run as a person would, and what must hold when it has failed.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private HashSet<string> _before = [];

    public string this[string name] => _folder[name];

    public string Folder => _folder.Path;

    /// <summary>Variables that the program gets beside those of the test.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Makes FFmpeg do badly in one role; see <see cref="FakeFfmpeg.Write"/>.</summary>
    public void Fake(string role, string behaviour, long number = 0)
    {
        Directory.CreateDirectory(this["fake"]);
        Environment["SEGPIPE_FFMPEG"] = FakeFfmpeg.Write(this["fake"], role, behaviour, number);
    }

    /// <summary>Writes a pipeline.</summary>
    public string Pipeline(string yaml)
    {
        File.WriteAllText(this["p.yaml"], "version: 1\n" + yaml + "\n");
        return "p.yaml";
    }

    /// <summary>Writes a pipeline that encodes <c>in.mp4</c> again into <c>out.mp4</c>; arguments are further options in flow style.</summary>
    public string Transcoder(string source = "", string decode = "", string encode = "", string sink = "") => Pipeline($$"""
        sources:
          drive: { type: video_file, path: in.mp4{{source}} }
        stages:
          picture: { type: decode, from: drive, threads: 1{{decode}} }
          video: { type: encode, from: picture, preset: ultrafast, threads: 1{{encode}} }
        sinks:
          file: { type: video_file, from: video, path: out.mp4{{sink}} }
        """);

    public ProgramChild Start(params string[] arguments)
    {
        _before = Files();
        return new(Folder, Environment, arguments);
    }

    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        using var child = Start(arguments);
        return await child.EndAsync();
    }

    /// <summary>Runs the program in a name space of its own, where the folder <c>disk</c> can be made small or read-only; what then lies there is copied to <c>left</c>.</summary>
    public async Task<CliResult> RunWithDiskAsync(string mount, params string[] arguments)
    {
        Directory.CreateDirectory(this["disk"]);
        _before = Files();
        var script = $"{mount} && \"$@\"; code=$?; cp -r disk left; exit $code";
        using var child = new ProgramChild(
            Folder, Environment, "unshare", ["-Urm", "sh", "-c", script, "sh", Path.Combine(AppContext.BaseDirectory, "segpipe"), .. arguments]);
        return await child.EndAsync();
    }

    /// <summary>Why <see cref="RunWithDiskAsync"/> cannot work here, or null.</summary>
    public static string? WhyNoDisk()
    {
        try
        {
            Tool.Run("unshare", "-Urm", "sh", "-c", "mount -t tmpfs none /mnt");
            return null;
        }
        catch (InvalidOperationException refused)
        {
            return $"name spaces cannot be made here: {refused.Message}";
        }
    }

    /// <summary>Requires that a failed run left no file and no process.</summary>
    public async Task IsCleanAsync()
    {
        Assert.DoesNotContain(Files().Except(_before), file => !file.StartsWith(this["left/"], StringComparison.Ordinal));
        await RunningProcesses.EndAsync(RunningProcesses.Naming(Folder));
    }

    public void Dispose() => _folder.Dispose();

    private HashSet<string> Files() => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)];
}
