using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Testing;

namespace SegPipe.Tests.Configuration;

public sealed class ComponentDocsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Summaries_are_plain_text_with_words_in_backticks()
    {
        var docs = Docs("""
            <member name="T:SegPipe.Tests.Configuration.TestComponents.ResizeStage"><summary>Makes
               <c>tensors</c> as <see cref="P:X.Y.InputSize"/>, <see cref="F:X.Fit.FixedCrop"/> &amp;
               <see cref="T:X.Card"/> say.</summary></member>
            """);

        Assert.Equal("Makes `tensors` as `input_size`, `fixed_crop` & `Card` say.", docs.Summary(typeof(TestComponents.ResizeStage)));
        Assert.Equal("", docs.Summary(typeof(TestComponents.DecodeStage)));
    }

    [Fact]
    public void Examples_lose_their_indentation_and_nothing_else()
    {
        var docs = Docs("""
            <member name="T:SegPipe.Tests.Configuration.TestComponents.ResizeStage"><example><code lang="yaml">
                type: resize
                edge:
                  capacity: 4
                </code></example></member>
            """);

        Assert.Equal("type: resize\nedge:\n  capacity: 4\n", docs.Example(typeof(TestComponents.ResizeStage)));
        Assert.Null(docs.Example(typeof(TestComponents.DecodeStage)));
    }

    [Fact]
    public void Options_of_base_records_and_words_are_described_from_the_files_beside_the_program()
    {
        var docs = ComponentDocs.Of(TestComponents.Catalog);
        var options = OptionDescriptor.Of(typeof(TestComponents.DecodeOptions));

        Assert.StartsWith("Id of the component that feeds this one", docs.Summary(options.Single(o => o.Name == "from")));
        Assert.StartsWith("Copies of the stage", docs.Summary(options.Single(o => o.Name == "workers")));
        Assert.Equal("The oldest waiting frame goes.", docs.Word(typeof(WhenFull), nameof(WhenFull.DropOldest)));
        Assert.Equal(["from", "threads", "workers", "edge", "on_error"], options.Select(o => o.Name));
    }

    [Fact]
    public void Missing_files_are_no_error()
    {
        Assert.Equal("", new ComponentDocs(_folder["none.xml"]).Summary(typeof(TestComponents.ResizeStage)));
    }

    [Fact]
    public void A_component_is_described_with_what_it_takes_and_gives()
    {
        var page = new ConfigurationDocs(TestComponents.Catalog, ComponentDocs.Of(TestComponents.Catalog)).Describe(TestComponents.Catalog.Find(ComponentKind.Source, "street")!);

        Assert.Equal(
            """
            ### `street` (source)

            Out: picture as `.picture`, labels as `.labels`.

            | option | value | default | meaning |
            |---|---|---|---|
            | `fps` | number or fraction | `25` |  |
            | `cache` | size, as `512MiB` |  |  |

            """,
            page);
    }

    [Fact]
    public void The_page_names_every_component_option_and_code()
    {
        var page = new ConfigurationDocs(TestComponents.Catalog, ComponentDocs.Of(TestComponents.Catalog)).Write();

        Assert.All(TestComponents.Catalog.All, d => Assert.Contains($"### `{d.Name}` ({d.Kind.Word()}", page, StringComparison.Ordinal));
        Assert.All(ProblemCode.All, c => Assert.Contains(c.Id, page, StringComparison.Ordinal));
        Assert.Contains("| `reconnect.delay_ms` | whole number, 1–60000 | `500` |", page, StringComparison.Ordinal);
        Assert.Contains("| `sandbox` | `auto`, `required`, `off` | `auto` | Confinement of", page, StringComparison.Ordinal);
        Assert.EndsWith("|\n", page);
    }

    private ComponentDocs Docs(string members)
    {
        File.WriteAllText(_folder["a.xml"], $"<doc><members>{members}</members></doc>");
        return new(_folder["a.xml"]);
    }
}
