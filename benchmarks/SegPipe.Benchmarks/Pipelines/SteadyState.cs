using System.Text.Json;
using SegPipe.Configuration;
using SegPipe.Runtime;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>What the runtime allocates while nothing changes, by the definition in docs/architecture.md, against benchmarks/budgets.json.</summary>
internal static class SteadyState
{
    private const string Yaml = """
        version: 1
        models: { none: { path: MODEL, threads: 1 } }
        sources:
          picture: { type: prepared, warm_up: WARM, frames: FRAMES }
        stages:
          small:   { type: resize, from: picture, model: none }
          logits:  { type: infer, from: small, model: none }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels] }
        sinks:
          pictures: { type: null, from: overlay }
          maps:     { type: null, from: labels }
        """;

    /// <summary>Runs the graph, prints what was read, and gives 1 where a budget is exceeded.</summary>
    public static async Task<int> RunAsync(int frames, TextWriter output)
    {
        using var budgets = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Home.Folder(), "benchmarks", "budgets.json")));
        int Budget(string name) => budgets.RootElement.GetProperty(name).GetInt32();
        var readings = await MeasureAsync(Budget("warm_up_frames"), frames > 0 ? frames : Budget("frames"));
        var bytes = readings.Last!.Bytes - readings.First!.Bytes;
        var collections = readings.Last.Gen0 - readings.First.Gen0;
        await output.WriteLineAsync($"managed bytes {bytes} (budget {Budget("steady_state_managed_bytes")}), gen-0 collections {collections} (budget {Budget("gen0_collections_in_10000_frames")})");
        return bytes <= Budget("steady_state_managed_bytes") && collections <= Budget("gen0_collections_in_10000_frames") ? 0 : 1;
    }

    private static async Task<Readings> MeasureAsync(int warmUp, int frames)
    {
        var folder = Directory.CreateTempSubdirectory("segpipe-bench-");
        try
        {
            var model = Path.Combine(folder.FullName, "null.onnx");
            NullModel.Write(model, Home.Asset("street-tiny.onnx"));
            var yaml = Yaml.Replace("MODEL", model, StringComparison.Ordinal)
                .Replace("WARM", $"{warmUp}", StringComparison.Ordinal).Replace("FRAMES", $"{frames}", StringComparison.Ordinal);
            var catalog = Host.BuildComponents.CatalogWith(typeof(PreparedSource).Assembly);
            var read = PipelineReader.Read(new("steady.yaml", yaml), new() { Catalog = catalog });
            await using var pipeline = new Pipeline(read.Definition ?? throw new InvalidOperationException(string.Join("; ", read.Problems)), new());
            await pipeline.OpenAsync(default);
            var report = await pipeline.RunAsync(default, default);
            if (report.ExitCode != ExitCode.Done) throw new InvalidOperationException(report.Error);
            return pipeline.Shared.GetOrAdd("readings", () => new Readings());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
