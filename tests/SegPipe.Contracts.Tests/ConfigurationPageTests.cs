using SegPipe.Configuration;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests;

public sealed class ConfigurationPageTests
{
    private const string Renew = "SEGPIPE_WRITE_DOCS";

    [Fact]
    public void The_page_in_docs_is_what_the_option_records_say()
    {
        var file = Path.Combine(SharedFolder.Repository, "docs", "configuration.md");
        var page = new ConfigurationDocs(ShippedCatalog.Catalog, ShippedCatalog.Docs).Write();
        if (Environment.GetEnvironmentVariable(Renew) == "1") File.WriteAllText(file, page);

        var same = File.Exists(file) && File.ReadAllText(file) == page;

        Assert.True(same, $"docs/configuration.md is out of date. Write it anew by: {Renew}=1 dotnet test tests/SegPipe.Contracts.Tests --filter ConfigurationPageTests");
    }
}
