namespace SegPipe.Configuration;

/// <summary>Lays settings from the environment and from <c>--set</c> over the file's values.</summary>
internal sealed class Overrides(ReadSettings settings, Findings findings)
{
    private const string Prefix = "SEGPIPE__";

    public ConfigMap Apply(ConfigMap root)
    {
        foreach (var (name, value) in settings.Environment.Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
            root = Set(root, name[Prefix.Length..].Split("__"), value, Outside(name));
        foreach (var argument in settings.Overrides)
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var path = equals < 0 ? argument : argument[..equals];
            if (equals < 0) Refuse(Outside($"--set {path}"), $"`{argument}` has no `=`");
            else root = Set(root, path.Split('.'), argument[(equals + 1)..], Outside($"--set {path}"));
        }
        return root;
    }

    private ConfigMap Set(ConfigMap root, string[] path, string value, SourcePosition at)
    {
        if (path.Any(string.IsNullOrWhiteSpace)) Refuse(at, "an empty name between the dots");
        else if (Value(value, at) is { } node && Into(root, path, node, at) is { } changed) return changed;
        return root;
    }

    private ConfigMap? Into(ConfigMap map, ReadOnlySpan<string> path, ConfigNode value, SourcePosition at)
    {
        var entry = map.Find(path[0]);
        if (path.Length == 1) return map.With(new(path[0], at, value));
        if (entry?.Value is not (null or ConfigMap or ConfigScalar { IsNull: true }))
        {
            Refuse(at, $"`{path[0]}` is {entry.Value.Shape}, so nothing inside of it can be set", $"set `{path[0]}` as a whole, as in a=[x,y] or a={{x: 1}}");
            return null;
        }
        var inner = entry?.Value as ConfigMap ?? new ConfigMap([], at);
        return Into(inner, path[1..], value, at) is { } changed ? map.With(new(path[0], entry?.KeyPosition ?? at, changed)) : null;
    }

    /// <summary>A flow list or map is read as YAML, everything else is the text as it stands.</summary>
    private ConfigNode? Value(string text, SourcePosition at)
    {
        if (text is not (['[', ..] or ['{', ..])) return new ConfigScalar(text, plain: text is "null" or "~", at);
        var inner = new Findings();
        var node = new YamlTreeReader(new(at.File, text), inner).Read();
        foreach (var problem in inner.Sorted()) Refuse(at, problem.Message);
        return node is null ? null : Moved(node, at);
    }

    private static ConfigNode Moved(ConfigNode node, SourcePosition at) => node switch
    {
        ConfigMap map => new ConfigMap([.. map.Entries.Select(e => new ConfigEntry(e.Key, at, Moved(e.Value, at)))], at),
        ConfigList list => new ConfigList([.. list.Items.Select(i => Moved(i, at))], at),
        var other => new ConfigScalar(((ConfigScalar)other).Text, ((ConfigScalar)other).IsNull, at),
    };

    private void Refuse(SourcePosition at, string message, string? advice = null) =>
        findings.Error(ProblemCode.BadOverride, at, message, advice ?? "write a.b=c", ExitCode.Usage);

    private static SourcePosition Outside(string name) => new(name, 0, 0);
}
