using System.Diagnostics;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

/// <summary>What a person sees when the world goes wrong under a run.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FailureTests() => Tool.Ffmpeg("-f lavfi -i testsrc=size=320x160:rate=25 -frames:v 60 -c:v libx264 -preset ultrafast", _folder["in.mp4"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fetch", 20_000)]
    [InlineData("decode", 2_000_000)]
    [InlineData("encode", 20_000)]
    [InlineData("mux", 0)]
    public async Task A_child_that_dies_ends_the_run_in_two_lines_and_leaves_no_file(string role, long after)
    {
        Directory.CreateDirectory(_folder["fake"]);
        var fake = FakeFfmpeg.Write(_folder["fake"], role, "dies", after);

        var result = await RunAsync(fake, "segment", "in.mp4", "-o", "out.mp4");

        result.Fails(ExitCode.PipelineFailed, $"FFmpeg ({role})");
        Assert.False(File.Exists(_folder["out.mp4"]));
        await RunningProcesses.EndAsync(RunningProcesses.Naming(_folder.Path));
    }

    [Fact]
    public async Task Without_ffmpeg_the_error_says_what_to_install() =>
        (await RunAsync(_folder["nowhere/ffmpeg"], "segment", "in.mp4", "-o", "out.mp4")).Fails(ExitCode.Unavailable, "FFmpeg was not found", "apt-get install ffmpeg");

    [SkippableFact]
    public async Task A_full_disk_is_an_io_error_and_leaves_no_file()
    {
        var mayMount = Process.Start(new ProcessStartInfo("unshare", ["-Urm", "true"]) { RedirectStandardError = true })!;
        await mayMount.WaitForExitAsync();
        Skip.If(mayMount.ExitCode != 0, "unprivileged mounts are not allowed here");
        Directory.CreateDirectory(_folder["small"]);
        var program = Path.Combine(AppContext.BaseDirectory, "segpipe");
        var script = _folder["in-small.sh"];
        File.WriteAllText(script, $"mount -t tmpfs -o size=64k none small && {program} segment in.mp4 --labels small/labels; code=$?; ls small/labels > listing; exit $code\n");

        using var child = new ProgramChild(_folder.Path, new Dictionary<string, string>(), "unshare", ["-Urm", "sh", script]);
        (await child.EndAsync()).Fails(ExitCode.IoError, "The disk is full");

        Assert.DoesNotContain(".partial", File.ReadAllText(_folder["listing"]));
    }

    [Fact]
    public async Task Standard_output_that_cannot_be_written_is_an_io_error()
    {
        using var child = new ProgramChild(_folder.Path, new Dictionary<string, string>(), "sh", ["-c", $"{Path.Combine(AppContext.BaseDirectory, "segpipe")} list > /dev/full"]);

        (await child.EndAsync()).Fails(ExitCode.IoError, "Reading or writing failed");
    }

    [Fact]
    public async Task An_output_that_is_a_folder_cannot_be_created()
    {
        Directory.CreateDirectory(_folder["taken.mp4"]);
        var file = SmallPipelines.Write(_folder.Path, "p.yaml", """
            version: 1
            sources: { scene: { type: street, width: 64, height: 32, frames: 2 } }
            stages: { video: { type: encode, from: scene.picture } }
            sinks: { file: { type: video_file, from: video, path: taken.mp4 } }
            """);

        (await Cli.RunAsync("run", file, "--output-root", _folder.Path)).Fails(ExitCode.CannotCreate, "taken.mp4");
    }

    private async Task<CliResult> RunAsync(string ffmpeg, params string[] arguments)
    {
        using var child = new ProgramChild(_folder.Path, new Dictionary<string, string> { ["SEGPIPE_FFMPEG"] = ffmpeg }, arguments);
        return await child.EndAsync();
    }
}
