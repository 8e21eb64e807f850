using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>What the XML documentation beside the assemblies says about components and options, as plain text with words in backticks.</summary>
public sealed partial class ComponentDocs
{
    private readonly Dictionary<string, XElement> _members = [];

    /// <summary>Reads documentation files; one that is missing is left out, so that a stripped installation still works.</summary>
    /// <param name="files">Paths of <c>NAME.xml</c> as the compiler writes them.</param>
    /// <exception cref="SegPipeException">A file is there but is no documentation file.</exception>
    public ComponentDocs(params IEnumerable<string> files)
    {
        foreach (var file in files.Where(File.Exists))
        {
            try
            {
                foreach (var member in XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member"))
                    if (member.Attribute("name") is { Value: var name }) _members[name] = member;
            }
            catch (XmlException e)
            {
                throw new SegPipeException(ExitCode.Internal, $"{file} is no documentation file: {e.Message}", "Build SegPipe again.", e);
            }
        }
    }

    /// <summary>Reads the files beside the assemblies of a catalogue's components and of their options' types.</summary>
    public static ComponentDocs Of(ComponentCatalog catalog)
    {
        var types = catalog.All.SelectMany(d => OptionDescriptor.Of(d.OptionsType).Select(o => o.Type).Append(d.ComponentType)).Append(typeof(ComponentDocs));
        return new(types.Select(t => Path.ChangeExtension(t.Assembly.Location, ".xml")).Distinct());
    }

    /// <summary>The summary of a class or record, or an empty text.</summary>
    public string Summary(Type type) => Text(Member($"T:{Name(type)}")?.Element("summary"));

    /// <summary>The summary of an option, or an empty text.</summary>
    public string Summary(OptionDescriptor option) => Summary(option.Property);

    /// <summary>What a word of an enum means, or an empty text.</summary>
    /// <param name="type">The enum.</param>
    /// <param name="name">The member's name in C#.</param>
    public string Word(Type type, string name) => Text(Member($"F:{Name(type)}.{name}")?.Element("summary"));

    /// <summary>The YAML of a component's first example, or null.</summary>
    public string? Example(Type type)
    {
        if (Member($"T:{Name(type)}")?.Descendants("code").FirstOrDefault(c => (string?)c.Attribute("lang") == "yaml") is not { Value: var code }) return null;
        var lines = code.ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        var indent = lines.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(l => l.Length <= indent ? l.Trim() : l[indent..].TrimEnd())) + "\n";
    }

    private string Summary(PropertyInfo property)
    {
        var own = Text(Member($"P:{Name(property.DeclaringType!)}.{property.Name}")?.Element("summary"));
        var overridden = property.GetMethod?.GetBaseDefinition().DeclaringType;
        return own.Length > 0 || overridden is null || overridden == property.DeclaringType ? own : Summary(overridden.GetProperty(property.Name)!);
    }

    private XElement? Member(string key) => _members.GetValueOrDefault(key);

    private static string Name(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    private static string Text(XElement? element)
    {
        if (element is null) return "";
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "see" or "seealso" } see => Reference(see),
                XElement { Name.LocalName: "paramref" or "typeparamref" } parameter => $"`{(string?)parameter.Attribute("name")}`",
                XElement { Name.LocalName: "c" } word => $"`{word.Value}`",
                XElement inner => $" {Text(inner)} ",
                _ => "",
            });
        }
        return Whitespace().Replace(text.ToString(), " ").Trim();
    }

    private static string Reference(XElement see)
    {
        var target = (string?)see.Attribute("cref") ?? (string?)see.Attribute("langword") ?? "";
        var name = target[(target.LastIndexOf('.') + 1)..];
        // Options and words are known to the reader as YAML writes them, classes are not.
        return target is ['P' or 'F', ':', ..] ? $"`{SnakeCase.Of(name)}`" : see.Value.Length > 0 ? see.Value : $"`{name}`";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
