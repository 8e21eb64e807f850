using SegPipe.Testing;

namespace SegPipe.Host.Tests.Running;

public sealed class ReloadCameraTests : IDisposable
{
    private const int Terminate = 15;
    private readonly ReloadedRun _run = new();

    public void Dispose() => _run.Dispose();

    [SkippableFact]
    public async Task A_camera_whose_entry_changes_is_opened_anew_and_its_neighbour_keeps_its_connection()
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        using var server = RtspServer.Start("test", "/front", "64x48@25", "test", "/rear", "64x48@25");
        Write(server, "rear");
        await _run.StartAsync("p.yaml");
        await _run.WrittenAsync("front", 5);
        await _run.WrittenAsync("rear", 5);

        Write(server, "nowhere");
        var away = await _run.ReloadAsync();
        await _run.Served.UntilAsync("readyz?verbose", body => body.Contains("\"not_found\"", StringComparison.Ordinal));
        Write(server, "rear");
        var back = await _run.ReloadAsync();
        await _run.WrittenAsync("rear", 5);
        var metrics = await _run.Served.GetAsync("metrics");
        _run.Program.Signal(Terminate);
        var end = (await _run.Program.EndAsync()).Expect(ExitCode.Done);

        Assert.All([away, back], result => Assert.Contains("\"front\"", result.GetProperty("pipelines")[0].GetProperty("kept").ToString(), StringComparison.Ordinal));
        Assert.Contains("segpipe_source_reconnects_total{pipeline=\"p\",stream=\"front\",component=\"camera\",kind=\"source\",type=\"rtsp\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Single(end.Error.Split('\n'), line => line.Contains("front: camera: connected to", StringComparison.Ordinal));
        foreach (var name in (string[])["front", "rear", "rear-3"])
            Assert.Equal(_run.Sums(name + ".md5").Length, Tool.Ffprobe("-show_entries packet=pts -of csv=p=0", _run[name + ".mkv"]).Length);
    }

    private void Write(RtspServer server, string rear) => File.WriteAllText(_run["p.yaml"], $$"""
        version: 1
        streams: { front: { path: front }, rear: { path: {{rear}} } }
        sources:
          camera: { type: rtsp, url: "{{server.Url("/")}}${stream.path}", reconnect: { min_ms: 100, max_ms: 200 } }
        stages:
          picture: { type: decode, from: camera, edge: wait }
        sinks:
          sums: { type: checksum, from: picture, path: "${stream.id}.md5", edge: wait }
          film: { type: video_file, from: camera, path: "${stream.id}.mkv" }
        http: { listen: "127.0.0.1:0" }
        """);
}
