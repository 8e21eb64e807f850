using SegPipe.Host.Running;
using SegPipe.Host.Segmenting;

namespace SegPipe.Host.Evaluation;

/// <summary>Runs a model and counts how its class maps compare with others.</summary>
internal sealed class Evaluator(HostConsole console, RunSettings settings)
{
    /// <summary>Runs a pipeline of <see cref="EvaluationYaml"/>; the counts are null where it did not come to its end.</summary>
    public async Task<(ExitCode Code, ConfusionMatrix? Matrix)> RunAsync(string text, string modelPath)
    {
        var loader = new PipelineLoader(console) { Catalog = BuildComponents.CatalogWith(typeof(ConfusionSink).Assembly) };
        var definitions = loader.Read([new("eval", $"{text}models:\n  model: {{ path: {YamlScalar.Of(modelPath)} }}\n")]);
        ConfusionMatrix? matrix = null;
        var quiet = settings with { NamesPlaces = false, ShowsReport = console.Verbosity > 0 };
        var runner = new PipelineRunner(console, quiet) { Finished = pipeline => matrix = ConfusionSink.MatrixOf(pipeline.Shared) };
        var code = await runner.RunAsync(definitions).ConfigureAwait(false);
        return (code, code == ExitCode.Done ? matrix : null);
    }
}
