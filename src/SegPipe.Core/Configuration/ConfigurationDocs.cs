using System.Text;
using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Writes docs/configuration.md from the catalogue, the option records and the list of codes.</summary>
/// <param name="catalog">The components.</param>
/// <param name="docs">What they and their options say of themselves.</param>
public sealed class ConfigurationDocs(ComponentCatalog catalog, ComponentDocs docs)
{
    private static readonly (string Key, Type Type)[] Sections =
        [("an entry of `models`", typeof(ModelOptions)), ("`limits`", typeof(LimitsOptions)), ("`http`", typeof(HttpOptions)), ("`log`", typeof(LogOptions)), ("`edge`", typeof(EdgeOptions))];

    /// <summary>The page as Markdown, ending with a new line.</summary>
    public string Write()
    {
        var page = new StringBuilder();
        page.Append(Introduction.ReplaceLineEndings("\n"));
        foreach (var (key, type) in Sections) Record(page, $"### {char.ToUpperInvariant(key[0])}{key[1..]}", type);
        page.Append("## Common to all stages and sinks\n\n");
        Table(page, OptionDescriptor.Of(typeof(ConsumerOptions)));
        page.Append("Stages also take:\n\n");
        Table(page, [.. OptionDescriptor.Of(typeof(StageOptions)).Where(o => o.Property.DeclaringType == typeof(StageOptions))]);
        foreach (var kind in Enum.GetValues<ComponentKind>())
        {
            page.Append($"## {char.ToUpperInvariant(kind.Map()[0])}{kind.Map()[1..]}\n\n");
            foreach (var component in catalog.All.Where(d => d.Kind == kind)) Component(page, component);
        }
        Codes(page);
        return page.ToString();
    }

    /// <summary>One component as <c>describe</c> and the page show it: what it does, its inputs, outputs, options and example.</summary>
    public string Describe(ComponentDescriptor component)
    {
        var page = new StringBuilder();
        Component(page, component);
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private void Component(StringBuilder page, ComponentDescriptor component)
    {
        page.Append($"### `{component.Name}` ({component.Kind.Word()}{(component.Live ? ", live" : "")})\n\n");
        Paragraph(page, docs.Summary(component.ComponentType));
        var inputs = component.Inputs.Select(i => string.Join(" or ", i.Accepts.Select(TopologyCheck.Word))).ToArray();
        var outputs = component.Outputs.Select(o => $"{TopologyCheck.Word(o.Kind)}{(o.Name is null ? "" : $" as `.{o.Name}`")}").ToArray();
        if (inputs.Length > 0) page.Append($"In: {string.Join(" and ", inputs)}.{(outputs.Length > 0 ? " " : "\n\n")}");
        if (outputs.Length > 0) page.Append($"Out: {string.Join(", ", outputs)}.\n\n");
        Table(page, [.. OptionDescriptor.Of(component.OptionsType).Where(o => !Common(o))]);
        if (docs.Example(component.ComponentType) is { } example) page.Append($"```yaml\n{example}```\n\n");
    }

    private void Record(StringBuilder page, string heading, Type type)
    {
        page.Append($"{heading}\n\n");
        Table(page, OptionDescriptor.Of(type));
    }

    private void Table(StringBuilder page, IReadOnlyList<OptionDescriptor> options)
    {
        if (options.Count == 0) return;
        page.Append("| option | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var option in options) Row(page, option, "");
        page.Append('\n');
    }

    private void Row(StringBuilder page, OptionDescriptor option, string prefix)
    {
        var written = OptionText.Default(option);
        var value = written.Length == 0 || option.Required ? written : $"`{written}`";
        page.Append($"| `{prefix}{option.Name}` | {Cell(OptionText.Kind(option))} | {Cell(value)} | {Cell(docs.Summary(option))} |\n");
        if (!OptionBinder.IsRecord(option.Type) || option.Type == typeof(EdgeOptionsSet)) return;
        foreach (var inner in OptionDescriptor.Of(option.Type)) Row(page, inner, $"{prefix}{option.Name}.");
    }

    private static void Codes(StringBuilder page)
    {
        page.Append("## Codes\n\nSP1… are errors, SP2… are warnings.\n\n| code | meaning |\n|---|---|\n");
        foreach (var code in ProblemCode.All) page.Append($"| <a id=\"{code.Id.ToLowerInvariant()}\"></a>{code.Id} | {Cell(code.Meaning)} |\n");
    }

    private static void Paragraph(StringBuilder page, string text)
    {
        if (text.Length > 0) page.Append($"{text}\n\n");
    }

    private static bool Common(OptionDescriptor option) => option.Property.DeclaringType is { IsAbstract: true };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private const string Introduction = """
        # Configuration

        This page is generated from the program's option records; a test keeps it so.

        A pipeline is one YAML file with four maps keyed by ids of your choice (lower-case letters, digits, underscores; one set of ids
        for all four): `models`, `sources`, `stages`, `sinks`. Every source, stage and sink has a `type`; stages and sinks name in
        `from` who feeds them: an id, `id.output` where a component has several outputs, or a list. Unknown keys are errors.

        Other keys at the top: `version: 1`, `name`, `streams`, `limits`, `http`, `log`, and `x-...` for anchors.

        ## Variables

        Filled in after the text was parsed, inside of values only: what a variable holds is text and never read as YAML.

        | written | means |
        |---|---|
        | `${NAME}` | the environment variable; an error where it is not set |
        | `${NAME:-text}` | the same, or the text where it is not set or empty |
        | `${NAME:?text}` | the same, or an error with the text |
        | `${file:/run/secrets/x}` | the contents of the file without the last line's end; never shown |
        | `${input.path}`, `${input.stem}`, `${input.dir}` | the file or folder that the stream's only reading source reads: its path, its name without extension, its folder |
        | `${output.dir}` | the folder that all outputs stay under |
        | `${stream.id}`, `${stream.key}` | the stream's id and its values under `streams` |
        | `$$` | a dollar |

        An output's path begins with literal text, `${output.dir}` or `${stream.id}`, and stays under the output folder, which is the
        working folder unless the command line says otherwise, also after symbolic links are followed.

        ## What overrules what

        Defaults, then the file, then environment variables called `SEGPIPE__a__b`, then `--set a.b=c`. A value that begins with `[` or
        `{` is read as a YAML list or map, every other as the text that it is.

        ## Streams

        `streams: { front: { url: ... }, rear: { url: ... } }` makes the graph a template: each stream gets a copy of all sources, stages
        and sinks with its own `${stream.id}` and `${stream.url}`. Models are shared.

        ## Sections


        """;
}
