using System.Globalization;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Parts;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Parts;

/// <summary>Runs a pipeline over a video as a whole and in parts that are cut at random key packets.</summary>
internal sealed class CutVideo : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SharedResources _shared = new();

    public string this[string name] => _folder[name];

    public string Input => _folder["drive" + Extension];

    public string Extension { get; init; } = ".mp4";

    /// <summary>The pipeline; it writes into <c>${output.dir}</c> and finds other files in <c>${FOLDER}</c>.</summary>
    public required string Yaml { get; init; }

    public string Whole => _folder["whole"];

    public string Joined => _folder["joined"];

    /// <summary>What the parts gave, of the last cutting.</summary>
    public IReadOnlyList<PartResult> Results { get; private set; } = [];

    public void Write(string arguments, string source) => TestClips.Write(Input, arguments, source);

    public async Task RunWholeAsync()
    {
        await using var pipeline = new Pipeline(Read(Whole), new() { Shared = _shared, TraceBuffers = true });
        await pipeline.OpenAsync(default);
        var report = await pipeline.RunAsync(default, default);
        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
    }

    /// <summary>Cuts at random key packets, runs the parts in random order, and joins them.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="between">What happens to the parts before they are joined.</param>
    public async Task RunPartsAsync(Random random, Action<List<FinishedPart>>? between = null)
    {
        var definition = Read(Joined);
        var parts = Plan(PartNeeds.Of(definition), random);
        var results = new PartResult[parts.Count];
        foreach (var i in Enumerable.Range(0, parts.Count).OrderBy(_ => random.Next()).ToArray())
            results[i] = await PartRun.RunAsync(definition, parts[i], new() { Shared = _shared, TraceBuffers = true }, default);
        Results = results;
        var finished = parts.Zip(results, (part, result) => new FinishedPart(part.Folder, result)).ToList();
        between?.Invoke(finished);
        await PartJoin.JoinAsync(definition, finished, new() { Shared = _shared }, default);
        foreach (var part in parts) Directory.Delete(part.Folder, recursive: true);
    }

    public void Dispose()
    {
        _shared.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    private List<Part> Plan(PartNeeds needs, Random random)
    {
        var missing = Extension == ".avi" ? "" : "-fflags +genpts ";
        var packets = Tool.Ffprobe(missing + "-select_streams v:0 -show_entries packet=pts,dts,duration,flags -of csv=p=0", Input).Select(l => l.Split(','))
            .Select((f, i) => (Pts: Number(f[0]) ?? Number(f[1]) ?? i * Number(f[2])!.Value, Key: f[3].StartsWith('K'))).ToArray();
        var pts = packets.Select(p => p.Pts).Order().ToArray();
        var keys = packets.Where(p => p.Key).Select(p => Array.BinarySearch(pts, p.Pts)).Where(i => i > 0).Order().ToArray();
        var cuts = keys.Where(_ => random.Next(2) == 0).ToList();
        if (cuts.Count == 0 && keys.Length > 0) cuts.Add(keys[random.Next(keys.Length)]);
        int[] starts = [0, .. cuts];
        return [.. starts.Select((first, i) =>
        {
            var end = i + 1 < starts.Length ? starts[i + 1] : pts.Length;
            var (lead, tail) = (Math.Max(0, first - needs.Lead), end + needs.Tail);
            return new Part
            {
                Folder = _folder[$"part{i}"],
                FirstPts = pts[first],
                EndPts = end < pts.Length ? pts[end] : long.MaxValue,
                LeadPts = pts[lead],
                TailPts = tail < pts.Length ? pts[tail] : long.MaxValue,
                LeadSequence = lead,
            };
        })];
    }

    private static long? Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private PipelineDefinition Read(string output)
    {
        Directory.CreateDirectory(output);
        var read = PipelineReader.Read(new("test.yaml", Yaml), new()
        {
            Catalog = ShippedCatalog.Catalog, WorkingFolder = _folder.Path, OutputRoot = output, InputPath = Input,
            Environment = new Dictionary<string, string> { ["FOLDER"] = _folder.Path },
        });
        Assert.True(read.Succeeded, string.Join('\n', read.Problems));
        return read.Definition!;
    }
}
