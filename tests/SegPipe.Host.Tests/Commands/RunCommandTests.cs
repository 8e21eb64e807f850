using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private const int Interrupt = 2, Quit = 3, Terminate = 15;
    private const int Endless = 1_000_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_writes_its_outputs_and_reports_the_ledger()
    {
        SmallPipelines.Street(_folder.Path, 5);

        var result = (await ProgramChild.RunAsync(_folder.Path, "run", "street.yaml")).Expect(ExitCode.Done);

        Assert.Equal("", result.Out);
        Assert.Contains("stream street: in 5; delivered: gone 5, sums 5; dropped 0, failed 0", result.Error);
        Assert.Equal(5, File.ReadLines(_folder["street.md5"]).Count(line => !line.StartsWith('#')));
    }

    [Fact]
    public async Task The_json_report_has_the_same_figures()
    {
        var (file, report) = (SmallPipelines.Street(_folder.Path, 5), _folder["report.json"]);

        (await Cli.RunAsync("run", file, "--output-root", _folder.Path, "--report", report, "-q")).Expect(ExitCode.Done);

        var json = JsonDocument.Parse(File.ReadAllText(report)).RootElement;
        Assert.Equal(0, json.GetProperty("exit_code").GetInt32());
        var pipeline = Assert.Single(json.GetProperty("pipelines").EnumerateArray());
        Assert.Equal("done", pipeline.GetProperty("result").GetString());
        Assert.True(pipeline.GetProperty("pool_peak_bytes").GetInt64() > 0);
        Assert.True(pipeline.GetProperty("peak_resident_bytes").GetInt64() > 0);
        var components = Assert.Single(pipeline.GetProperty("streams").EnumerateArray()).GetProperty("components").EnumerateArray().ToDictionary(c => c.GetProperty("id").GetString()!);
        Assert.Equal(["scene", "gone", "sums"], components.Keys);
        Assert.Equal(5, components["sums"].GetProperty("inputs")[0].GetProperty("processed").GetInt64());
        Assert.True(components["sums"].GetProperty("age_ms").GetProperty("p50").GetDouble() >= 0);
    }

    [Fact]
    public async Task Set_overrules_the_file()
    {
        var file = SmallPipelines.Street(_folder.Path, 5);

        var result = (await Cli.RunAsync("run", file, "--output-root", _folder.Path, "--set", "sources.scene.frames=2", "--set", "name=short")).Expect(ExitCode.Done);

        Assert.Contains("stream short: in 2;", result.Error);
    }

    [Fact]
    public async Task Several_files_run_together_and_the_worst_exit_code_wins()
    {
        var good = SmallPipelines.Street(_folder.Path, 3);
        var bad = SmallPipelines.Write(_folder.Path, "bad.yaml", """
            version: 1
            sources:
              scene: { type: street, width: 64, height: 32, frames: 3 }
            sinks:
              one: { type: image_folder, from: scene.picture, path: one.png }
            """);

        var result = (await Cli.RunAsync("run", good, bad, "--output-root", _folder.Path)).Expect(ExitCode.CannotCreate);

        Assert.Contains("segpipe: error: bad: one: ", result.Error);
        Assert.Contains("street: done", result.Error);
        Assert.True(File.Exists(_folder["street.md5"]));
    }

    [Fact]
    public async Task An_invalid_file_is_refused_with_every_finding_and_nothing_runs()
    {
        var good = SmallPipelines.Street(_folder.Path, 3);
        var bad = SmallPipelines.Write(_folder.Path, "bad.yaml", "version: 1\nsources:\n  a: { type: stret }\nsinks:\n  b: { type: null, form: a }");

        var result = (await Cli.RunAsync("run", good, bad, "--output-root", _folder.Path)).Fails(ExitCode.Configuration, "did you mean `street`?", "did you mean `from`?");

        Assert.Contains("bad.yaml:3:14: error SP", result.Error);
        Assert.False(File.Exists(_folder["street.md5"]));
    }

    [Fact]
    public async Task A_missing_file_ends_with_66() =>
        (await Cli.RunAsync("run", _folder["nowhere.yaml"])).Fails(ExitCode.InputMissing, "nowhere.yaml:1:1: error SP1001");

    [Fact]
    public async Task A_missing_model_ends_with_66()
    {
        var file = SmallPipelines.Write(_folder.Path, "p.yaml", """
            version: 1
            models: { street: { path: nowhere.onnx } }
            sources: { scene: { type: street, frames: 1 } }
            stages: { small: { type: resize, from: scene.picture, model: street } }
            sinks: { gone: { type: null, from: small } }
            """);

        (await Cli.RunAsync("run", file)).Fails(ExitCode.InputMissing, "nowhere.onnx");
    }

    [Fact]
    public async Task A_report_without_a_folder_is_refused_before_the_run()
    {
        var file = SmallPipelines.Street(_folder.Path, 3);

        (await Cli.RunAsync("run", file, "--output-root", _folder.Path, "--report", _folder["no/such/report.json"])).Fails(ExitCode.CannotCreate, "report's folder");

        Assert.False(File.Exists(_folder["street.md5"]));
    }

    [Fact]
    public async Task An_output_outside_of_the_root_is_refused()
    {
        var file = SmallPipelines.Street(_folder.Path, 3);

        (await Cli.RunAsync("run", file, "--output-root", _folder.Path, "--set", "sinks.sums.path=../away.md5")).Fails(ExitCode.Configuration, "away.md5");
    }

    [Theory]
    [InlineData("--log-format", "json")]
    [InlineData("--set", "log.format=json")]
    public async Task With_a_json_log_every_line_on_standard_error_is_one_object(string option, string value)
    {
        var file = SmallPipelines.Street(_folder.Path, 3);
        var good = (await Cli.RunAsync("run", file, "--output-root", _folder.Path, "-v", option, value)).Expect(ExitCode.Done);
        var bad = (await Cli.RunAsync("run", file, _folder["nowhere.yaml"], "--log-format", "json")).Expect(ExitCode.InputMissing);

        Assert.Equal(["everything is open; frames flow", "street: done"], Events(good).Select(e => e.GetProperty("msg").GetString()!.Split(" in ")[0]));
        Assert.Equal(["finding", "failed"], Events(bad).Select(e => e.GetProperty("event").GetString()));
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_first_signal_finishes_what_is_under_way_and_ends_with_0(int signal)
    {
        SmallPipelines.Street(_folder.Path, Endless);
        using var run = await StartAsync("street.yaml");

        run.Signal(Quit);
        await run.SaysAsync("stream street, after");
        run.Signal(signal);
        var result = (await run.EndAsync()).Expect(ExitCode.Done);

        Assert.Contains("street: stopped in", result.Error);
        Assert.True(File.Exists(_folder["street.md5"]));
    }

    [Theory]
    [InlineData(Interrupt, ExitCode.Interrupted)]
    [InlineData(Terminate, ExitCode.Terminated)]
    public async Task A_second_signal_aborts_and_leaves_nothing_under_a_final_name(int signal, ExitCode code)
    {
        SmallPipelines.Write(_folder.Path, "stuck.yaml", """
            version: 1
            sources: { scene: { type: street, width: 64, height: 32 } }
            stages: { video: { type: encode, from: scene.picture } }
            sinks: { file: { type: video_file, from: video, path: stuck.mp4 } }
            """);
        // An encoder that never answers keeps the run from draining, however fast the machine is.
        Directory.CreateDirectory(_folder["fake"]);
        using var run = await StartAsync("stuck.yaml", FakeFfmpeg.Write(_folder["fake"], "encode", "stalls"));

        run.Signal(signal);
        await run.SaysAsync("segpipe: stopping");
        run.Signal(signal);

        (await run.EndAsync()).Expect(code);
        Assert.False(File.Exists(_folder["stuck.mp4"]));
    }

    [Fact]
    public async Task Quit_writes_the_state_of_every_edge_and_goes_on()
    {
        SmallPipelines.Street(_folder.Path, Endless);
        using var run = await StartAsync("street.yaml");

        run.Signal(Quit);
        await run.SaysAsync("scene.labels");
        run.Signal(Quit);
        await run.SaysAsync("scene.labels");
        run.Signal(Terminate);

        (await run.EndAsync()).Expect(ExitCode.Done);
    }

    private static List<JsonElement> Events(CliResult result) =>
        [.. result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Starts a run and waits until every component is open.</summary>
    private async Task<ProgramChild> StartAsync(string file, string ffmpeg = "ffmpeg")
    {
        var run = new ProgramChild(_folder.Path, new Dictionary<string, string> { ["SEGPIPE_FFMPEG"] = ffmpeg }, "run", file, "-v");
        await run.SaysAsync("everything is open");
        return run;
    }
}
