using System.Globalization;
using System.Text.Json;
using SegPipe.Contracts.Tests.Media;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class SignalTests : IDisposable
{
    private const int Interrupt = 2, Quit = 3, Kill = 9, Terminate = 15;
    private readonly Workplace _place = new();

    public SignalTests() => TestClips.Write(_place["in.mp4"], "-c:v libx264 -preset ultrafast -bf 2", "s=320x240:r=25:d=2");

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_first_signal_finishes_the_video_with_the_frames_that_were_counted(int signal)
    {
        using var run = _place.Start("run", "-v", _place.Transcoder(", loop: true"), "--report", "report.json");
        await FramesFlowAsync(run);

        run.Signal(signal);
        (await run.EndAsync()).Expect(ExitCode.Done);

        var report = JsonDocument.Parse(File.ReadAllText(_place["report.json"])).RootElement.GetProperty("pipelines")[0];
        Assert.Equal("stopped", report.GetProperty("result").GetString());
        var file = report.GetProperty("streams")[0].GetProperty("components").EnumerateArray().Single(c => c.GetProperty("id").GetString() == "file");
        Assert.Equal(file.GetProperty("inputs")[0].GetProperty("processed").GetInt64(), MediaRun.Times(_place["out.mp4"]).Pts.Length);
        Tool.Ffmpeg("-xerror -i", _place["out.mp4"], "-f", "null", "-");
        File.Delete(_place["out.mp4"]);
        File.Delete(_place["report.json"]);
        await _place.IsCleanAsync();
    }

    [Theory]
    [InlineData(Interrupt, ExitCode.Interrupted)]
    [InlineData(Terminate, ExitCode.Terminated)]
    public async Task A_second_signal_ends_a_container_that_cannot_be_finished(int signal, ExitCode code)
    {
        _place.Fake("mux", "stalls", 20_000);
        using var run = _place.Start("run", "-v", _place.Transcoder(", loop: true"));
        await run.SaysAsync("everything is open");

        run.Signal(signal);
        await run.SaysAsync("segpipe: stopping");
        run.Signal(signal);

        (await run.EndAsync()).Expect(code);
        await _place.IsCleanAsync();
    }

    [Fact]
    public async Task A_program_that_is_killed_leaves_no_child_and_nothing_under_the_final_name()
    {
        using var run = _place.Start("run", "-v", _place.Transcoder(", loop: true"));
        await FramesFlowAsync(run);
        var children = RunningProcesses.Below(run.Id);
        // The fetcher of a looping file is between two lives now and then.
        Assert.Superset(new HashSet<string> { "decode", "encode", "mux" }, children.Select(Role).ToHashSet());

        run.Signal(Kill);
        await run.EndAsync();

        await RunningProcesses.EndAsync(children);
        Assert.False(File.Exists(_place["out.mp4"]));
    }

    private static string Role(int child) => RunningProcesses.CommandLine(child) switch
    {
        var line when line.Contains(" -itsoffset ", StringComparison.Ordinal) => "mux",
        var line when line.Contains(" rawvideo ", StringComparison.Ordinal) => "decode",
        var line when line.Contains(" libx264 ", StringComparison.Ordinal) => "encode",
        var line when line.Contains(" -i file:", StringComparison.Ordinal) => "fetch",
        _ => "",
    };

    /// <summary>Asks the run for its state until a frame has arrived in the file.</summary>
    private static async Task FramesFlowAsync(ProgramChild run)
    {
        await run.SaysAsync("everything is open");
        for (var written = 0; written == 0;)
        {
            run.Signal(Quit);
            var line = await run.NextAsync(" frames written");
            written = int.Parse(line.Split(": ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        }
    }
}
