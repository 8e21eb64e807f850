using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class HomeFolderTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_run_with_a_network_leaves_nothing_in_the_users_home()
    {
        using var home = new TemporaryFolder();
        _place.Environment["HOME"] = home.Path;
        _place.Environment["XDG_CACHE_HOME"] = "";
        var pipeline = _place.Pipeline($$"""
            models: { street: { path: {{Home.Asset("street-tiny.onnx")}}, threads: 1 } }
            sources: { scene: { type: street, width: 128, height: 64, frames: 2 } }
            stages:
              small: { type: resize, from: scene.picture, model: street }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: scene.picture }
            sinks: { none: { type: null, from: labels } }
            """);

        (await _place.RunAsync("run", pipeline)).Expect(ExitCode.Done);

        Assert.Empty(Directory.GetFiles(home.Path, "*", SearchOption.AllDirectories));
    }
}
