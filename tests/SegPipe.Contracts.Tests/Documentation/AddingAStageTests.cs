using SegPipe.Configuration;
using SegPipe.Host;
using SegPipe.Runtime;
using SegPipe.Stages;
using SegPipe.Testing;

namespace SegPipe.Documentation;

public sealed class AddingAStageTests
{
    [Fact]
    public void The_page_shows_the_stage_that_is_compiled_here()
    {
        var page = File.ReadAllText(Path.Combine(SharedFolder.Repository, "docs", "adding-a-stage.md"));
        var file = File.ReadAllText(Path.Combine(SharedFolder.Repository, "tests", "SegPipe.Contracts.Tests", "Documentation", "InvertStage.cs"));

        Assert.Contains($"```csharp\n{file}```", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stage_of_the_page_runs()
    {
        using var folder = new TemporaryFolder();
        const string yaml = """
            version: 1
            sources: { scene: { type: street, width: 64, height: 32, frames: 2 } }
            stages:
              dark:  { type: invert, from: scene.picture, strength: 1.0 }
              light: { type: invert, from: dark, strength: 1.0 }
            sinks:
              before: { type: checksum, from: scene.picture, path: before.md5 }
              after:  { type: checksum, from: light, path: after.md5 }
              map:    { type: null, from: scene.labels }
            """;
        var settings = new ReadSettings { Catalog = BuildComponents.CatalogWith(typeof(InvertStage).Assembly), WorkingFolder = folder.Path };
        await using var pipeline = new Pipeline(PipelineReader.Read(new("invert.yaml", yaml), settings).Definition!, new());
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default);

        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Equal(File.ReadAllText(folder["before.md5"]), File.ReadAllText(folder["after.md5"]));
    }
}
