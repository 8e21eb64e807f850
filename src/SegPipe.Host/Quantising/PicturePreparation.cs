using SegPipe.Host.Running;
using SegPipe.Host.Segmenting;

namespace SegPipe.Host.Quantising;

/// <summary>Prepares pictures for a model the way pipelines do, by one.</summary>
internal sealed class PicturePreparation(HostConsole console, RunSettings settings)
{
    /// <summary>The pictures; null where the run did not come to its end.</summary>
    /// <param name="input">A folder of pictures or a video.</param>
    /// <param name="isVideo">Which of them it is.</param>
    /// <param name="model">Path of the model.</param>
    /// <param name="most">Largest number of pictures kept.</param>
    public async Task<(ExitCode Code, IReadOnlyList<byte[]>? Pictures)> RunAsync(string input, bool isVideo, string model, int most)
    {
        var loader = new PipelineLoader(console) { Catalog = BuildComponents.CatalogWith(typeof(PreparedSink).Assembly) };
        var definitions = loader.Read([new("quantize", Yaml(input, isVideo, model, most))]);
        IReadOnlyList<byte[]>? pictures = null;
        var quiet = settings with { NamesPlaces = false, ShowsReport = console.Verbosity > 0 };
        var runner = new PipelineRunner(console, quiet) { Finished = pipeline => pictures = PreparedSink.Of(pipeline.Shared).Kept };
        var code = await runner.RunAsync(definitions).ConfigureAwait(false);
        return (code, code == ExitCode.Done ? pictures : null);
    }

    private static string Yaml(string input, bool isVideo, string model, int most) => $$"""
        version: 1
        name: quantize
        models:
          model: { path: {{YamlScalar.Of(model)}} }
        sources:
          input: { type: {{(isVideo ? "video_file" : "image_folder")}}, path: {{YamlScalar.Of(input)}} }
        stages:
        {{(isVideo ? "  picture: { type: decode, from: input }" : "")}}
          small: { type: resize, from: {{(isVideo ? "picture" : "input")}}, model: model }
        sinks:
          kept: { type: prepared, from: small, most: {{most}} }

        """;
}
