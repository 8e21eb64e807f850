using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Configuration;
using SegPipe.Host.Http;
using SegPipe.Host.Running;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Http;

public sealed class HealthPagesTests : IDisposable
{
    private const int Terminate = 15;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fetch", 0, "starting")]
    [InlineData("mux", 100, "draining")]
    public async Task What_starts_or_ends_is_alive_but_not_ready(string stuck, int bytes, string status)
    {
        TestClips.Write(_folder["clip.mp4"], "-c:v libx264 -preset ultrafast", "s=64x48:r=25:d=1");
        Directory.CreateDirectory(_folder["fake"]);
        var environment = new Dictionary<string, string> { ["SEGPIPE_FFMPEG"] = FakeFfmpeg.Write(_folder["fake"], stuck, "stalls", bytes) };
        SmallPipelines.Write(_folder.Path, "p.yaml", """
            version: 1
            sources: { clip: { type: video_file, path: clip.mp4, pace: realtime, loop: true } }
            sinks: { film: { type: video_file, from: clip, path: film.mkv } }
            http: { listen: "127.0.0.1:0" }
            """);
        using var run = await ServedRun.OfAsync(new(_folder.Path, environment, "run", "p.yaml"));
        if (status == "draining")
        {
            await run.UntilAsync("readyz", body => body.Contains("\"ok\"", StringComparison.Ordinal));
            run.Program.Signal(Terminate);
        }

        await run.UntilAsync("readyz", body => body.Contains($"\"{status}\"", StringComparison.Ordinal));
        var ready = await run.SendAsync(HttpMethod.Get, "readyz");
        var live = await run.SendAsync(HttpMethod.Get, "livez");

        Assert.Equal((503, 200), (ready.Status, live.Status));
    }

    [Fact]
    public async Task A_camera_that_is_away_makes_nothing_unready_before_a_minute_has_passed()
    {
        var time = new ManualTime();
        using var console = new HostConsole { Out = TextWriter.Null, Error = TextWriter.Null, Time = time };
        var yaml = $$"""
            sources: { camera: { type: rtsp, url: "rtsp://127.0.0.1:{{FreePort.Find()}}/cam" } }
            sinks: { gone: { type: null, from: camera } }
            http: { listen: "127.0.0.1:0" }
            """;
        var definition = new PipelineLoader(console).Read([new PipelineText("p.yaml", yaml)])[0];
        var board = new RunBoard();
        var entry = board.Add(definition);
        await using var pipeline = new Pipeline(definition, new() { Time = time });
        await pipeline.OpenAsync(default);
        entry.Pipeline = pipeline;
        using var stop = new CancellationTokenSource();
        var run = pipeline.RunAsync(stop.Token, default);
        var binding = HttpBinding.Of(board.Entries)[0];
        await using var server = await HttpServer.StartAsync(binding, new(binding), [new HealthPages(board, binding, new(console), time)], NullLoggerFactory.Instance);
        using var client = new HttpClient { BaseAddress = new(server.Url) };
        await Patiently.UntilAsync(() => pipeline.Streams[0].Components[0].Status.Errors.Count > 0, "the camera is missed");

        using var soon = await client.GetAsync(new Uri("readyz", UriKind.Relative));
        time.Advance(TimeSpan.FromSeconds(61));
        using var later = await client.GetAsync(new Uri("readyz?verbose", UriKind.Relative));
        var body = await later.Content.ReadAsStringAsync();
        await stop.CancelAsync();
        await run;

        Assert.Equal((200, 503), ((int)soon.StatusCode, (int)later.StatusCode));
        Assert.Contains("\"unavailable\"", body, StringComparison.Ordinal);
        Assert.Contains("\"recoverable_error\"", body, StringComparison.Ordinal);
        Assert.Contains("\"refused\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_open_to_others_unless_it_is_told_to()
    {
        var address = ListenAddress.Parse(new HttpOptions().Listen)!;

        Assert.True(address.IsLoopback);
        Assert.Equal(9464, address.Port);
    }
}
