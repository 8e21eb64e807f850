using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Models.Tests;

public sealed class PublishedModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_catalogue_covers_the_four_families_and_its_entries_are_sound()
    {
        var models = PublishedModels.All();

        foreach (var family in (string[])["pp_mobileseg_base", "pp_mobileseg_tiny", "mosaic", "deeplab_v3_mobilenetv2", "shufflenet_v2_basic", "shufflenet_v2_dpc"])
            Assert.Contains(models, model => model.Family == family);
        Assert.All(models.Where(model => model.Classes is not null), model => Assert.NotEmpty(Palette.Load(model.Classes!).Classes.Entries));
        Assert.All(models, model => Assert.Equal(model.Accuracy is null, model.AccuracyWhere is null));
        Assert.All(models.Where(model => model.Address is not null), model => Assert.NotEmpty(model.FileName));
        Assert.Equal(2, models.Count(model => !model.Imports));
    }

    [SkippableFact]
    public void Hashes_and_sizes_are_those_of_the_published_files()
    {
        var folder = SharedFolder.Find("models");
        Skip.If(folder is null, "../shared is absent");

        foreach (var path in Directory.EnumerateFiles(folder!, "*.tflite"))
        {
            var hash = SegPipe.Models.Import.SourceHash.Of(new(path));
            var model = Assert.Single(PublishedModels.All(), model => model.Sha256 is { } known && hash.StartsWith(known, StringComparison.Ordinal));
            Assert.Equal(new FileInfo(path).Length, model.Bytes);
        }
    }

    [Theory]
    [InlineData("models: [{ name: a, family: f, container: c }]", "models[0] needs either address or published")]
    [InlineData("models: [{ name: a, family: f, container: c, published: x, adress: y }]", "models[0].adress is not a key")]
    [InlineData("models: [{ name: a, family: f, container: c, address: 'ftp://x/y' }]", "models[0].address is no web address")]
    [InlineData("models: [{ name: a, family: f, container: c, published: x, sha256: abc }]", "models[0].sha256")]
    [InlineData("models: [{ name: a, family: f, container: c, published: x }, { name: a, family: f, container: c, published: x }]", "'a' is there twice")]
    public void A_catalogue_with_mistakes_is_refused(string yaml, string problem)
    {
        File.WriteAllText(_folder["c.yaml"], yaml);

        var refused = Assert.Throws<SegPipeException>(() => PublishedModels.Read(_folder["c.yaml"]));

        Assert.Equal(ExitCode.Configuration, refused.Code);
        Assert.Contains(problem, refused.Message);
    }
}
