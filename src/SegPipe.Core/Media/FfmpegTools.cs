using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Processes;

namespace SegPipe.Media;

/// <summary>FFmpeg as it was found on this machine, and how its children are confined.</summary>
public sealed partial class FfmpegTools
{
    private const int MostProbed = 64;

    // Workers and batches locate it for each pipeline that they run.
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, bool Confined), Version?> Versions = new();

    // A batch asks for each segment of a video, and a sink for what its source has asked for already.
    private readonly ConcurrentDictionary<(string Path, long Bytes, DateTime Written), MediaInfo> _probed = new();
    private readonly Sandbox _sandbox;
    private readonly string _ffmpeg;
    private readonly string _ffprobe;

    private FfmpegTools(string ffmpeg, string ffprobe, Sandbox sandbox, Version? version)
    {
        (_ffmpeg, _ffprobe, _sandbox) = (ffmpeg, ffprobe, sandbox);
        // 5.1 brought the second spelling and complains of the first, which 7 does not know; of builds without a number the newest is assumed.
        PassthroughArguments = version is not null && version < new Version(5, 1) ? ["-vsync", "passthrough"] : ["-fps_mode", "passthrough"];
    }

    /// <summary>The arguments that keep every frame at its own time stamp, in this version's spelling.</summary>
    public IReadOnlyList<string> PassthroughArguments { get; }

    /// <summary>One line to be said once where children run unconfined against the user's wish; else null.</summary>
    public string? Warning => _sandbox.Warning;

    /// <summary>Finds both programs and asks FFmpeg for its version.</summary>
    /// <exception cref="SegPipeException">69: a program was not found or does not start.</exception>
    public static FfmpegTools Locate(FfmpegOptions options, Sandbox sandbox)
    {
        var ffmpeg = Find(options.Ffmpeg, "FFmpeg", "SEGPIPE_FFMPEG");
        var ffprobe = Find(options.Ffprobe, "ffprobe", "SEGPIPE_FFPROBE");
        var version = Versions.GetOrAdd((ffmpeg, File.GetLastWriteTimeUtc(ffmpeg), sandbox.IsConfining), _ => VersionOf(ffmpeg, sandbox));
        return new(ffmpeg, ffprobe, sandbox, version);
    }

    /// <summary>The tools that the components of one run share; the first call says where confinement is missing.</summary>
    /// <exception cref="SegPipeException">69: FFmpeg or required confinement is not available.</exception>
    public static FfmpegTools For(ComponentContext context) => context.Shared.GetOrAdd("ffmpeg", () =>
    {
        var tools = Locate(new(), Sandbox.Detect(context.Limits.Sandbox));
        if (tools.Warning is { } warning)
            context.Log.LogWarning("{Warning}", warning);
        return tools;
    });

    /// <summary>Starts FFmpeg as a child of a component and registers it for the report.</summary>
    public ChildProcess Start(ComponentContext context, IReadOnlyList<string> arguments, ChildOptions options, SandboxPolicy policy)
    {
        var child = ChildProcess.Start(_sandbox.Wrap(new(_ffmpeg, arguments), policy), options with { Time = context.Time });
        context.Children.Add(context.Id, child);
        return child;
    }

    /// <summary>Starts ffprobe on files.</summary>
    internal ChildProcess StartProbe(IReadOnlyList<string> arguments, SandboxPolicy policy) =>
        ChildProcess.Start(_sandbox.Wrap(new(_ffprobe, arguments), policy), new() { Role = "probe", HasOutput = true });

    /// <summary>What was found out about a file when it had this size and time of writing, else what is found out now.</summary>
    internal MediaInfo Remember(FileInfo file, Func<MediaInfo> probe)
    {
        var key = (file.FullName, file.Length, file.LastWriteTimeUtc);
        if (_probed.TryGetValue(key, out var known)) return known;
        var info = probe();
        if (_probed.Count >= MostProbed) _probed.Clear();
        return _probed[key] = info;
    }

    private static string Find(string program, string name, string variable) =>
        Executables.Find(program) ?? throw new SegPipeException(
            ExitCode.Unavailable,
            program.Contains('/', StringComparison.Ordinal)
                ? File.Exists(program) ? $"{program} is not a program that may be run as {name}." : $"{name} was not found at {program}."
                : $"{name} was not found.",
            $"Install it with: apt-get install ffmpeg; or set {variable} to its path.");

    private static Version? VersionOf(string ffmpeg, Sandbox sandbox)
    {
        using var child = ChildProcess.Start(
            sandbox.Wrap(new(ffmpeg, ["-hide_banner", "-version"]), new()), new() { Role = "version", HasOutput = true });
        var text = new StreamReader(child.Output).ReadToEnd();
        if (child.WaitForExit() != 0)
        {
            throw new SegPipeException(
                ExitCode.Unavailable, $"FFmpeg at {ffmpeg} does not start: {(child.ErrorLines is [.., var last] ? last : "no message")}", "Try it in a terminal: ffmpeg -version");
        }
        return VersionLine().Match(text) is { Success: true } match ? Version.Parse(match.Groups[1].Value) : null;
    }

    [GeneratedRegex(@"^ffmpeg version n?(\d+\.\d+)")]
    private static partial Regex VersionLine();
}
