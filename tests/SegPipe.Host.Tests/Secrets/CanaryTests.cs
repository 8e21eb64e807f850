using System.Text;
using SegPipe.Host.Tests.Http;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Secrets;

/// <summary>A camera's password appears nowhere: the two halves of it stand in nothing that leaves the program.</summary>
public sealed class CanaryTests : IDisposable
{
    private const int Quit = 3, Terminate = 15, HangUp = 1;
    private const string Head = "Kq7zT", Tail = "Xw9pL", User = "viewer";
    private const string Plain = Head + Tail, Odd = Head + "@:/?#%\"'\\ &ü" + Tail;

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _seen = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("url: \"{0}\", username: viewer, password: \"${{CAMERA_PASSWORD}}\"", Odd, true, "text")]
    [InlineData("url: \"{0}\", username: viewer, password: \"${{CAMERA_PASSWORD}}\"", Odd, false, "json")]
    [InlineData("url: \"{1}\"", Odd, true, "json")]
    [InlineData("url: \"{2}\"", Plain, false, "text")]
    [InlineData("url: \"{0}\", username: viewer, password: \"${{file:password}}\"", Odd, true, "json")]
    public async Task A_password_that_is_used_is_seen_nowhere(string options, string password, bool right, string form)
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        using var server = RtspServer.StartGuarded(User, right ? password : "another", "test", "/cam", "64x48@10");
        var escaped = Uri.EscapeDataString(password);
        string Url(string user) => server.Url("/cam").Replace("://", $"://{user}@", StringComparison.Ordinal);
        File.WriteAllText(_folder["password"], password + "\n");
        WritePipeline(string.Format(null, CompositeFormat.Parse(options), server.Url("/cam"), Url($"{User}:{escaped}"), Url($"{User}:${{CAMERA_PASSWORD}}")));
        var environment = new Dictionary<string, string> { ["CAMERA_PASSWORD"] = password };

        await AskAboutAsync(environment);
        var program = new ProgramChild(_folder.Path, environment, "run", "-vv", "--log-format", form, "--report", "report.json", "--shutdown-timeout", "20", "p.yaml");
        using (var run = await ServedRun.OfAsync(program))
        {
            await run.UntilAsync("metrics", right ? HasFrames : HasFailed);
            if (right) SeeChildren(program);
            await SeePagesAsync(run);
            program.Signal(Quit);
            await program.SaysAsync("frames written");
            File.WriteAllText(_folder["p.yaml"], File.ReadAllText(_folder["p.yaml"]).Replace("type: rtsp", "type: rtps", StringComparison.Ordinal));
            program.Signal(HangUp);
            _seen.AppendLine(await run.UntilAsync("reload", body => body.Contains("refused", StringComparison.Ordinal)));
            program.Signal(Terminate);
            var end = await program.EndAsync();
            _seen.AppendLine(end.Out).AppendLine(end.Error).AppendLine(File.ReadAllText(_folder["report.json"]));
            Assert.Equal(right, end.Error.Contains("connected to", StringComparison.Ordinal));
            Assert.Equal(!right, end.Error.Contains("does not accept this user", StringComparison.Ordinal));
        }
        HoldsNoPassword();
    }

    [SkippableTheory]
    [InlineData(true, "json")]
    [InlineData(false, "text")]
    public async Task One_that_a_sink_pushes_with_is_in_nothing_that_the_program_says(bool right, string form)
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        using var server = RtspServer.StartGuarded(User, right ? Odd : "another", "record", "/push", _folder["got.ts"]);
        TestClips.Write(_folder["clip.mp4"], "-c:v libx264 -preset ultrafast -g 5", "s=64x48:r=10:d=2");
        File.WriteAllText(_folder["p.yaml"], $$"""
            version: 1
            sources: { clip: { type: video_file, path: clip.mp4, pace: realtime, loop: true } }
            sinks: { away: { type: rtsp, from: clip, url: "{{server.Url("/push")}}", username: {{User}}, password: "${PUSH_PASSWORD}", reconnect: { min_ms: 100, max_ms: 200 } } }
            http: { listen: "127.0.0.1:0" }
            """);
        var environment = new Dictionary<string, string> { ["PUSH_PASSWORD"] = Odd };

        await AskAboutAsync(environment);
        using var run = await ServedRun.OfAsync(new(_folder.Path, environment, "run", "-vv", "--log-format", form, "--report", "report.json", "--shutdown-timeout", "20", "p.yaml"));
        await run.UntilAsync("metrics", right ? metrics => Values(metrics, "segpipe_sink_written_bytes_total{").Any(v => v > 0) : HasFailed);
        await SeePagesAsync(run);
        run.Program.Signal(Terminate);
        var end = await run.Program.EndAsync();
        _seen.AppendLine(end.Out).AppendLine(end.Error).AppendLine(File.ReadAllText(_folder["report.json"]));

        HoldsNoPassword();
    }

    [Theory]
    [InlineData("url: \"rtsp://viewer:Kq7zT/Xw9pL@127.0.0.1:9/cam\"")]
    [InlineData("url: \"rtsp://viewer:Kq7zT?Xw9pL@127.0.0.1:9/cam\"")]
    [InlineData("url: \"rtsp://127.0.0.1:9/cam\", pasword: \"Kq7zT'Xw9pL\"")]
    [InlineData("url: \"rtsp://127.0.0.1:9/cam\", password: [\"Kq7zT'Xw9pL\"]")]
    [InlineData("url: \"rtsp://127.0.0.1:9/cam\", password: Kq7zT\"Xw9pL, transport: pigeon")]
    public async Task One_in_a_file_with_mistakes_is_not_quoted(string options)
    {
        WritePipeline(options);

        await AskAboutAsync(new Dictionary<string, string>());
        var run = await ProgramChild.RunAsync(_folder.Path, "run", "-vv", "p.yaml");
        var json = await ProgramChild.RunAsync(_folder.Path, "run", "-vv", "--log-format", "json", "p.yaml");

        foreach (var end in (CliResult[])[run, json]) _seen.AppendLine(end.Expect(ExitCode.Configuration).Out).AppendLine(end.Error);
        HoldsNoPassword();
    }

    private static bool HasFrames(string metrics) => Values(metrics, "segpipe_component_received_frames_total{pipeline=\"p\",stream=\"p\",component=\"gone\"").Any(v => v > 2);

    private static bool HasFailed(string metrics) => Values(metrics, "segpipe_component_errors_total{").Any(v => v > 0);

    private static IEnumerable<double> Values(string metrics, string series) =>
        metrics.Split('\n').Where(line => line.StartsWith(series, StringComparison.Ordinal)).Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private void WritePipeline(string options) => File.WriteAllText(_folder["p.yaml"], $$"""
        version: 1
        sources: { camera: { type: rtsp, {{options}}, reconnect: { min_ms: 100, max_ms: 200 } } }
        stages: { picture: { type: decode, from: camera } }
        sinks: { gone: { type: null, from: picture } }
        http: { listen: "127.0.0.1:0" }
        """);

    private async Task AskAboutAsync(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var arguments in (string[][])[["validate"], ["validate", "--format", "json"], ["graph"]])
        {
            using var child = new ProgramChild(_folder.Path, environment, [.. arguments, "p.yaml"]);
            var end = await child.EndAsync();
            _seen.AppendLine(end.Out).AppendLine(end.Error);
        }
    }

    private async Task SeePagesAsync(ServedRun run)
    {
        foreach (var page in (string[])["metrics", "livez", "readyz?verbose", "version", "pipelines", "pipelines/p/graph", "pipelines/p/graph?format=dot", "pipelines/p/graph?format=json", "dashboard.json", "reload", ""])
            _seen.AppendLine((await run.SendAsync(HttpMethod.Get, page)).Body);
    }

    /// <summary>What every user of the machine can read of the children, and what only their own can.</summary>
    private void SeeChildren(ProgramChild program)
    {
        var children = RunningProcesses.Below(program.Id);
        Assert.Contains(children, child => RunningProcesses.CommandLine(child).Contains(" -format_whitelist concat,rtsp ", StringComparison.Ordinal));
        foreach (var child in children) _seen.AppendLine(RunningProcesses.CommandLine(child)).AppendLine(RunningProcesses.EnvironmentOf(child));
    }

    private void HoldsNoPassword()
    {
        var all = _seen.ToString();
        foreach (var half in (string[])[Head, Tail])
            Assert.True(!all.Contains(half, StringComparison.Ordinal), string.Join('\n', all.Split('\n').Where(line => line.Contains(half, StringComparison.Ordinal))));
    }
}
