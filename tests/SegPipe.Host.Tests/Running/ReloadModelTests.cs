using SegPipe.Testing;

namespace SegPipe.Host.Tests.Running;

public sealed class ReloadModelTests : IDisposable
{
    private const int Terminate = 15;
    private readonly ReloadedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_model_file_with_another_content_restarts_the_streams_that_use_it_and_no_other()
    {
        TestClips.Write(_run["clip.mp4"], "-c:v libx264 -preset ultrafast", "s=64x48:r=25:d=2");
        WriteModel("one", "asphalt");
        WriteModel("two", "asphalt");
        File.WriteAllText(_run["p.yaml"], """
            version: 1
            streams: { front: { model: one }, rear: { model: two } }
            models: { one: { path: one.onnx }, two: { path: two.onnx } }
            sources:
              clip: { type: video_file, path: clip.mp4, pace: realtime, loop: true }
            stages:
              picture: { type: decode, from: clip }
              small: { type: resize, from: picture, model: "${stream.model}" }
              logits: { type: infer, from: small, model: "${stream.model}" }
              labels: { type: vim_upsample, from: logits, like: picture }
            sinks:
              shares: { type: class_stats, from: labels, path: "${stream.id}.jsonl" }
            http: { listen: "127.0.0.1:0" }
            """);
        await _run.StartAsync("p.yaml");
        await _run.WrittenAsync("front", 3, "shares");
        await _run.WrittenAsync("rear", 3, "shares");

        File.WriteAllText(_run["two.onnx"], "no model at all");
        var broken = await _run.ReloadAsync();
        WriteModel("two", "cobbles");
        var swapped = await _run.ReloadAsync();
        await _run.WrittenAsync("rear", 3, "shares");
        _run.Program.Signal(Terminate);
        (await _run.Program.EndAsync()).Expect(ExitCode.Done);

        Assert.Equal("refused", broken.GetProperty("outcome").GetString());
        Assert.Contains("two.onnx", broken.ToString(), StringComparison.Ordinal);
        Assert.Equal("front", swapped.GetProperty("pipelines")[0].GetProperty("kept")[0].GetString());
        Assert.Equal("rear", swapped.GetProperty("pipelines")[0].GetProperty("restarted")[0].GetString());
        Assert.Contains("asphalt", File.ReadAllText(_run["front.jsonl"]), StringComparison.Ordinal);
        Assert.Contains("asphalt", File.ReadAllText(_run["rear.jsonl"]), StringComparison.Ordinal);
        Assert.Contains("cobbles", File.ReadAllText(_run["rear-2.jsonl"]), StringComparison.Ordinal);
    }

    private void WriteModel(string name, string firstClass)
    {
        var card = TinyModel.Card();
        card["classes"]![0]!["name"] = firstClass;
        TinyModel.Write(_run[name + ".onnx"], card);
    }
}
