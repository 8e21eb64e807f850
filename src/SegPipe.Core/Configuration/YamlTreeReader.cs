using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SegPipe.Configuration;

/// <summary>Reads one YAML document into nodes with positions; merge keys are applied, aliases shared, sizes capped.</summary>
internal sealed class YamlTreeReader(PipelineText source, Findings findings)
{
    private const int MaxCharacters = 1 << 20;
    private const int MaxDepth = 64;
    private const int MaxAliases = 1000;
    private const int MaxNodes = 100_000;

    private readonly Dictionary<string, (ConfigNode Node, int Size)> _anchors = [];
    private readonly Parser _parser = new(new StringReader(source.Text));
    private ProblemCode _code = ProblemCode.Syntax;
    private int _aliases;
    private int _nodes;

    /// <summary>The document's node, or null where that is not YAML; the reason is then among the findings.</summary>
    public ConfigNode? Read()
    {
        if (source.Text.Length > MaxCharacters)
        {
            findings.Error(ProblemCode.TooLarge, new(source.File, 1, 1), $"the file has more than {MaxCharacters} characters");
            return null;
        }
        try
        {
            return Document();
        }
        catch (YamlException e)
        {
            Report(e.Start, e.Message);
            return null;
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner ends like this, without a mark, where a plain scalar has no characters.
            Report(_parser.Current?.End ?? Mark.Empty, "the text behind this cannot be read");
            return null;
        }
    }

    private ConfigNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            findings.Error(ProblemCode.FileEmpty, new(source.File, 1, 1), "the file is empty", PipelineText.Smallest);
            return null;
        }
        _parser.Consume<DocumentStart>();
        var root = Node(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second)) throw new YamlException(second.Start, second.End, "a second document begins here; one file is one pipeline");
        return root;
    }

    private ConfigNode Node(int depth)
    {
        var before = _nodes;
        var next = _parser.Consume<ParsingEvent>();
        if (depth > MaxDepth) throw TooLarge(next, $"more than {MaxDepth} levels");
        if (++_nodes > MaxNodes) throw TooLarge(next, $"more than {MaxNodes} nodes with aliases written out");
        ConfigNode node = next switch
        {
            AnchorAlias alias => Alias(alias),
            Scalar scalar => new ConfigScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, At(scalar)),
            SequenceStart list => List(list, depth),
            MappingStart map => Map(map, depth),
            _ => throw new YamlException(next.Start, next.End, "a value is expected here"),
        };
        if (next is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor.Value] = (node, _nodes - before);
        return node;
    }

    private ConfigNode Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
            throw new YamlException(alias.Start, alias.End, $"no anchor `&{alias.Value.Value}` stands before this alias");
        _nodes += target.Size;
        return ++_aliases > MaxAliases ? throw TooLarge(alias, $"more than {MaxAliases} aliases") : target.Node;
    }

    private ConfigList List(SequenceStart start, int depth)
    {
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        return new(items, At(start));
    }

    private ConfigMap Map(MappingStart start, int depth)
    {
        var entries = new List<ConfigEntry>();
        var merged = new List<ConfigNode>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not ConfigScalar { Text: var text })
                findings.Error(ProblemCode.WrongShape, key.Position, $"{key.Shape} stands where a key is wanted", "keys are single words");
            else if (text == "<<") merged.AddRange(value is ConfigList several ? several.Items : [value]);
            else if (entries.Find(e => e.Key == text) is { } first)
                findings.Error(ProblemCode.DuplicateKey, key.Position, $"`{text}` is written twice in this map", $"it stands at line {first.KeyPosition.Line} already");
            else entries.Add(new(text, key.Position, value));
        }
        foreach (var from in merged)
        {
            if (from is ConfigMap map) entries.AddRange(map.Entries.Where(e => !entries.Exists(own => own.Key == e.Key)).ToArray());
            else findings.Error(ProblemCode.WrongShape, from.Position, $"`<<` merges maps, but {from.Shape} stands here");
        }
        return new(entries, At(start));
    }

    private SourcePosition At(ParsingEvent e)
    {
        // A block collection's mark spans its whole text; its beginning is enough to point at.
        var oneLine = e is Scalar && e.Start.Line == e.End.Line;
        return At(e.Start, oneLine ? Math.Max(1, (int)(e.End.Column - e.Start.Column)) : 1);
    }

    /// <summary>A place inside of the text; the parser's marks may lie behind its end.</summary>
    private SourcePosition At(Mark mark, int length)
    {
        var line = Math.Clamp((int)mark.Line, 1, source.Lines.Count);
        return new(source.File, line, Math.Clamp((int)mark.Column, 1, source.Lines[line - 1].Length + 1), length);
    }

    private YamlException TooLarge(ParsingEvent at, string message)
    {
        _code = ProblemCode.TooLarge;
        return new(at.Start, at.End, message);
    }

    private void Report(Mark mark, string message)
    {
        for (var line = 0; line < source.Lines.Count && _code == ProblemCode.Syntax; line++)
        {
            var text = source.Lines[line];
            var indent = text.Length - text.AsSpan().TrimStart(" \t").Length;
            if (text.IndexOf('\t', 0, indent) is var tab and >= 0)
            {
                findings.Error(ProblemCode.Tab, new(source.File, line + 1, tab + 1), "a tab in the indentation; YAML is indented by spaces", "replace every tab by two spaces");
                return;
            }
        }
        findings.Error(_code, At(mark, 1), char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.'));
    }
}
