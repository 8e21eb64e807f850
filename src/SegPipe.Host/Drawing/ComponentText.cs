using System.Text;
using SegPipe.Components;
using SegPipe.Configuration;

namespace SegPipe.Host.Drawing;

/// <summary>A component as a page for the terminal.</summary>
internal static class ComponentText
{
    private const int Width = 100;

    /// <summary>What it does, takes and puts out, its options, and an example.</summary>
    public static string Write(ComponentDescriptor component, ComponentDocs docs)
    {
        var page = new StringBuilder();
        page.Append($"{SnakeCase.Of(component.Kind.ToString())}/{component.Name}{(component.Live ? " (live)" : "")}\n");
        Paragraph(page, docs.Summary(component.ComponentType), "  ");
        if (component.Inputs.Count > 0) page.Append($"  in:  {string.Join(" and ", component.Inputs.Select(i => string.Join(" or ", i.Accepts.Select(Word))))}\n");
        if (component.Outputs.Count > 0) page.Append($"  out: {string.Join(", ", component.Outputs.Select(o => o.Name is null ? Word(o.Kind) : $"{Word(o.Kind)} as .{o.Name}"))}\n");
        page.Append("\nOptions\n");
        foreach (var option in OptionDescriptor.Of(component.OptionsType).OrderBy(o => o.Property.DeclaringType!.IsAbstract)) Option(page, option, docs, "  ");
        if (docs.Example(component.ComponentType) is { } example)
        {
            page.Append("\nExample\n");
            foreach (var line in example.TrimEnd('\n').Split('\n')) page.Append($"  {line}\n");
        }
        return page.ToString();
    }

    private static void Option(StringBuilder page, OptionDescriptor option, ComponentDocs docs, string indent)
    {
        var initial = OptionText.Default(option);
        page.Append($"{indent}{option.Name}: {OptionText.Kind(option)}{(option.Required ? ", required" : initial.Length > 0 ? $", by default {initial}" : "")}\n");
        Paragraph(page, docs.Summary(option), indent + "    ");
        if (!OptionBinder.IsRecord(option.Type) || option.Type == typeof(EdgeOptionsSet)) return;
        foreach (var inner in OptionDescriptor.Of(option.Type)) Option(page, inner, docs, indent + "    ");
    }

    private static void Paragraph(StringBuilder page, string text, string indent)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent.Length + line.Length + 1 + word.Length > Width) Flush();
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        if (line.Length > 0) Flush();

        void Flush()
        {
            page.Append($"{indent}{line}\n");
            line.Clear();
        }
    }

    private static string Word(Frames.PayloadKind kind) => SnakeCase.Of(kind.ToString());
}
