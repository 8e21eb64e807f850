using System.Text.Json.Nodes;
using SegPipe.Configuration;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests;

/// <summary>The pipelines that the repository shows: each is explained, sound, and runs as it stands (here on a few frames).</summary>
public sealed class PipelineFilesTests
{
    private const int Terminate = 15;
    private const string Modeline = "# yaml-language-server: $schema=https://segpipe.invalid/segpipe.schema.json";

    private static readonly Dictionary<string, (string[] Set, string[] Outputs)> Runs = new()
    {
        ["checksums"] = (["sources.drive.end=0.1"], ["out/checksums/decoded.md5", "out/checksums/exact.md5", "out/checksums/paper.md5"]),
        ["class-statistics"] = (["sources.drive.end=0.2"], ["out/street.shares.jsonl"]),
        ["demo"] = (["sources.drive.end=0.2"], ["out/street.mp4", "out/street.jsonl"]),
        ["every-second-picture"] = (["sources.drive.end=0.2"], ["out/street-propagated.mp4"]),
        ["masks-to-png"] = (["sources.drive.end=0.1"], ["out/masks/street/000000.png", "out/masks/street/000001.png"]),
        ["overlay-video"] = (["sources.drive.end=0.2"], ["out/overlay/street.mp4"]),
        ["picture-folder"] = ([], ["out/photos/overlays/demo.png", "out/photos/masks/demo.png"]),
        ["realtime"] = (["sources.drive.end=0.5", "stages.overlay.edge.picture.max_age_ms=60000"], ["out/realtime/street.mp4"]),
        ["street-truth"] = (["sources.scene.frames=2"], ["out/street/pictures/000001.png", "out/street/truth/000001.png", "out/street/network/000001.png"]),
    };

    /// <summary>Pipelines that no input ends: the variables that name their cameras, and what they write.</summary>
    private static readonly Dictionary<string, (string[] Cameras, string[] Outputs)> LiveRuns = new()
    {
        ["camera"] = (["CAMERA_URL"], ["out/camera.jsonl", "out/camera/index.m3u8"]),
        ["cameras"] = (["FRONT_URL", "REAR_URL"], ["out/front.jsonl", "out/rear.jsonl"]),
        ["record-and-watch"] = (["CAMERA_URL"], ["out/changes.jsonl", "out/record/camera-*Z.mp4", "out/watch/index.m3u8", "out/watch/*.m4s"]),
    };

    /// <summary>The files, by name without extension.</summary>
    public static TheoryData<string> Names() => [.. Files()];

    public static TheoryData<string> Finite() => [.. Runs.Keys];

    public static TheoryData<string> Live() => [.. LiveRuns.Keys];

    [Fact]
    public void Each_is_run_by_a_test() =>
        Assert.Equal(Files().Order(StringComparer.Ordinal), Runs.Keys.Concat(LiveRuns.Keys).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_begins_with_what_it_shows_and_names_the_schema(string name)
    {
        var comment = File.ReadLines(FileOf(name)).TakeWhile(line => line.StartsWith('#')).ToList();

        Assert.True(comment.Count >= 2);
        Assert.True(comment[0].Length > 40);
        Assert.Equal(Modeline, comment[^1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_fits_the_schema_that_editors_get(string name)
    {
        var schema = (JsonObject)JsonNode.Parse(new SchemaWriter(ShippedCatalog.Catalog, ShippedCatalog.Docs).Write())!;

        Assert.Empty(new JsonSchemaSubset(schema).Errors(YamlAsJson.Read(File.ReadAllText(FileOf(name)))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_is_validated_without_a_warning(string name)
    {
        using var folder = new TemporaryFolder();

        var result = await ProgramChild.RunAsync(SharedFolder.Repository, "validate", $"pipelines/{name}.yaml", "--deny-warnings", "--output-root", folder.Path);

        Assert.StartsWith("nothing wrong in 1 file", result.Expect(ExitCode.Done).Out);
    }

    [Theory]
    [MemberData(nameof(Finite))]
    public async Task Each_runs_and_writes_what_it_says(string name)
    {
        using var folder = new TemporaryFolder();
        var (set, outputs) = Runs[name];

        var result = await ProgramChild.RunAsync(
            SharedFolder.Repository, ["run", $"pipelines/{name}.yaml", "--output-root", folder.Path, .. set.SelectMany(s => (string[])["--set", s])]);

        result.Expect(ExitCode.Done);
        Assert.All(outputs, output => Assert.True(new FileInfo(folder[output]) is { Exists: true, Length: > 0 }, output));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.partial", SearchOption.AllDirectories));
    }

    [SkippableTheory]
    [MemberData(nameof(Live))]
    public async Task Each_of_cameras_runs_until_it_is_stopped_and_writes_what_it_says(string name)
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        using var folder = new TemporaryFolder();
        var (cameras, outputs) = LiveRuns[name];
        // One each: a server that is slow to answer the second of two refuses it from then on.
        using var servers = new RtspServers(cameras);
        using var run = new ProgramChild(
            SharedFolder.Repository, servers.Urls, "run", $"pipelines/{name}.yaml", "--output-root", folder.Path);

        var records = outputs.Where(o => o.EndsWith(".jsonl", StringComparison.Ordinal)).Select(o => folder[o]).ToList();
        await Patiently.UntilAsync(() => records.All(r => new FileInfo(r) is { Exists: true, Length: > 0 }), "records of every camera", () => run.Said);
        run.Signal(Terminate);

        (await run.EndAsync()).Expect(ExitCode.Done);
        Assert.All(outputs, output => Assert.True(Found(folder[output]) is { Length: > 0 }, output));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.partial", SearchOption.AllDirectories));
    }

    private sealed class RtspServers(IEnumerable<string> cameras) : IDisposable
    {
        private readonly Dictionary<string, RtspServer> _servers = cameras.ToDictionary(c => c, _ => RtspServer.Start("test", "/cam", "320x160@10"));

        public Dictionary<string, string> Urls => _servers.ToDictionary(s => s.Key, s => s.Value.Url("/cam"));

        public void Dispose()
        {
            foreach (var server in _servers.Values) server.Dispose();
        }
    }

    /// <summary>A file by its name, or the first that fits a pattern.</summary>
    private static FileInfo? Found(string path) =>
        new DirectoryInfo(Path.GetDirectoryName(path)!) is { Exists: true } folder ? folder.EnumerateFiles(Path.GetFileName(path)).FirstOrDefault() : null;

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "pipelines")).Select(file => Path.GetFileNameWithoutExtension(file));

    private static string FileOf(string name) => Path.Combine(SharedFolder.Repository, "pipelines", name + ".yaml");
}
