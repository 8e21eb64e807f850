using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Tests;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

public sealed class SubmissionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Relative_paths_of_models_and_palettes_are_made_whole_since_workers_have_another_working_folder()
    {
        var here = Directory.GetCurrentDirectory();
        var (model, palette) = (Path.GetRelativePath(here, Home.Asset("street-tiny.onnx")), Path.GetRelativePath(here, Home.Asset("palettes", "voc.json")));
        SmallPipelines.Write(_folder.Path, "p.yaml", $$"""
            version: 1
            models: { street: { path: {{model}} } }
            sources: { drive: { type: video_file, path: "${input.path}" } }
            stages:
              picture: { type: decode, from: drive }
              small: { type: resize, from: picture, model: street }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: picture }
              named: { type: colorize, from: [picture, labels], palette: cityscapes }
              filed: { type: colorize, from: [named, labels], palette: {{palette}} }
            sinks: { shown: { type: image_folder, from: filed, path: "${output.dir}/${input.stem}" } }
            """);
        File.WriteAllText(_folder["a.mp4"], "");
        var store = new FolderStore(_folder["out"]);
        using var console = new HostConsole { Out = TextWriter.Null, Error = TextWriter.Null };

        await new Submission(console, store) { Inputs = [_folder["a.mp4"]], Cluster = new() { Class = "cpu" } }.WriteAsync(_folder["p.yaml"], default);

        var spec = await store.ReadAsync<BatchSpec>(BatchNames.Spec, default);
        Assert.Equal([$"models.street.path={Home.Asset("street-tiny.onnx")}", $"stages.filed.palette={Home.Asset("palettes", "voc.json")}"], spec!.Overrides);
    }
}
