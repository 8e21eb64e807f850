using System.Diagnostics;
using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Runtime;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>
/// The demonstration pipeline against its bound: <c>min(1 / slowest part at the threads that it has in the pipeline, cores / Σ CPU
/// seconds a frame of decoder, network, encoder and kernels)</c>, each part measured alone in the same call.
/// </summary>
internal static class PipelineBound
{
    private const string Models = "version: 1\nmodels: { street: { path: MODEL, threads: THREADS } }\n";

    private const string Whole = Models + """
        sources: { drive: { type: video_file, path: CLIP } }
        stages:
          picture: { type: decode, from: drive }
          small:   { type: resize, from: picture, model: street }
          logits:  { type: infer, from: small, model: street }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels], palette: cityscapes }
          video:   { type: encode, from: overlay, preset: veryfast, crf: 23 }
        sinks:
          file:    { type: video_file, from: video, path: whole.mp4 }
        """;

    private const string Decoder = "version: 1\n" + """
        sources: { drive: { type: video_file, path: CLIP } }
        stages:  { picture: { type: decode, from: drive } }
        sinks:   { none: { type: null, from: picture } }
        """;

    private const string Network = Models + """
        sources: { picture: { type: prepared, warm_up: 10, frames: 150 } }
        stages:
          small:   { type: resize, from: picture, model: street }
          logits:  { type: infer, from: small, model: street }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels], palette: cityscapes }
        sinks: { none: { type: null, from: overlay } }
        """;

    private const string Encoder = "version: 1\n" + """
        sources: { drive: { type: replayed, path: RAW } }
        stages:  { video: { type: encode, from: drive, preset: veryfast, crf: 23 } }
        sinks:   { file: { type: video_file, from: video, path: encoder.mp4 } }
        """;

    /// <summary>Runs the parts and the whole, and prints the table.</summary>
    /// <param name="clip">An MP4 file.</param>
    /// <param name="networkThreads">Threads of an inference.</param>
    /// <param name="times">How often the clip is repeated: what begins and ends with the run weighs less the longer it is.</param>
    /// <param name="output">Where the table goes.</param>
    public static async Task RunAsync(string clip, int networkThreads, int times, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("segpipe-bound-").FullName;
        try
        {
            if (times > 1) clip = Repeat(clip, times, folder);
            Task<RunReport> Run(string yaml) => RunOnceAsync(yaml
                .Replace("MODEL", Home.Asset("street-tiny.onnx"), StringComparison.Ordinal)
                .Replace("THREADS", $"{networkThreads}", StringComparison.Ordinal)
                .Replace("CLIP", Path.GetFullPath(clip), StringComparison.Ordinal)
                .Replace("RAW", Path.Combine(folder, "whole.mp4"), StringComparison.Ordinal), folder);
            // What is compiled and loaded once belongs to no frame; the encoder's part is fed with what this run makes.
            _ = await Run(Whole);
            var parts = new List<Part> { Part.OfChild("decoder", await Run(Decoder), "picture") };
            var network = await Run(Network);
            var kernels = new[] { "small", "labels", "overlay" }.Select(id => Part.OfStage(network, id)).ToList();
            parts.Add(Part.OfStage(network, "logits") with { CpuMs = 1000 * network.CpuSeconds / Part.Frames(network, "logits") - kernels.Sum(k => k.CpuMs) });
            parts.AddRange(kernels);
            parts.Add(Part.OfChild("encoder", await Run(Encoder), "video"));
            Print(await Run(Whole), parts, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Repeat(string clip, int times, string folder)
    {
        var target = Path.Combine(folder, "repeated.mp4");
        using var copy = Process.Start("ffmpeg", ["-v", "error", "-stream_loop", $"{times - 1}", "-i", clip, "-map", "0:v", "-c", "copy", target]);
        copy.WaitForExit();
        return copy.ExitCode == 0 ? target : throw new InvalidOperationException($"FFmpeg could not repeat {clip}.");
    }

    private static async Task<RunReport> RunOnceAsync(string yaml, string folder)
    {
        var catalog = Host.BuildComponents.CatalogWith(typeof(PreparedSource).Assembly);
        var read = PipelineReader.Read(new("bound.yaml", yaml), new() { Catalog = catalog, WorkingFolder = folder, OutputRoot = folder });
        await using var pipeline = new Pipeline(read.Definition ?? throw new InvalidOperationException(string.Join("; ", read.Problems)), new());
        await pipeline.OpenAsync(default);
        var report = await pipeline.RunAsync(default, default);
        return report.ExitCode == ExitCode.Done ? report : throw new InvalidOperationException(report.Error);
    }

    private static void Print(RunReport whole, IReadOnlyList<Part> parts, TextWriter output)
    {
        var culture = CultureInfo.InvariantCulture;
        var frames = whole.Streams[0].Components.Single(c => c.Id == "file").Inputs[0].Processed;
        output.WriteLine("| part, alone | wall ms a frame | CPU ms a frame |");
        output.WriteLine("|---|--:|--:|");
        foreach (var part in parts) output.WriteLine(string.Create(culture, $"| {part.Name} | {part.WallMs:0.00} | {part.CpuMs:0.00} |"));
        var slowest = 1000 / parts.Max(p => p.WallMs);
        var cores = Environment.ProcessorCount * 1000 / parts.Sum(p => p.CpuMs);
        var bound = Math.Min(slowest, cores);
        var fps = frames / whole.ElapsedSeconds;
        var cpu = 1000 * (whole.CpuSeconds + whole.Children.Sum(c => c.CpuSeconds)) / frames;
        output.WriteLine(string.Create(culture, $"bound {bound:0.00} fps (slowest part {slowest:0.00}, processors {cores:0.00}); whole {fps:0.00} fps = {fps / bound:0.000} of it; CPU {cpu:0.0} ms a frame = {cpu / parts.Sum(p => p.CpuMs):0.000} of the parts"));
        output.WriteLine(string.Create(culture, $"peak resident {whole.PeakResidentBytes / 1048576.0:0} MiB, children {string.Join(", ", whole.Children.Select(c => $"{c.Role} {c.PeakResidentBytes / 1048576}"))} MiB; frame pool {whole.PoolPeakBytes / 1048576.0:0} MiB"));
        foreach (var c in whole.Streams[0].Components.Where(c => c.BusyShare is not null))
            output.WriteLine(string.Create(culture, $"{c.Id}: busy {c.BusyShare:0.000}, p50 {c.ProcessingMs?.P50} ms, p99 {c.ProcessingMs?.P99} ms"));
        foreach (var c in whole.Children) output.WriteLine(string.Create(culture, $"{c.Role}: busy {c.CpuSeconds / whole.ElapsedSeconds:0.000} of a processor"));
    }

    private sealed record Part(string Name, double WallMs, double CpuMs)
    {
        public static Part OfChild(string name, RunReport report, string component)
        {
            var frames = Frames(report, component);
            var cpu = report.Children.Where(c => c.Component == component).Sum(c => c.CpuSeconds);
            return new(name, 1000 * report.ElapsedSeconds / frames, 1000 * cpu / frames);
        }

        public static Part OfStage(RunReport report, string id)
        {
            var busy = report.Streams[0].Components.Single(c => c.Id == id).BusyShare!.Value;
            var ms = 1000 * busy * report.ElapsedSeconds / Frames(report, id);
            return new(id, ms, ms);
        }

        public static long Frames(RunReport report, string id) => report.Streams[0].Components.Single(c => c.Id == id).Emitted[0];
    }
}
