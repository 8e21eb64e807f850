using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Reads a whole document into a draft: the maps by id, the other entries, one copy of the graph a stream.</summary>
internal sealed class DocumentBinder(PipelineText source, ReadSettings settings, Findings findings, SecretSet secrets)
{
    private static readonly (string Map, ComponentKind Kind)[] Maps =
        [("sources", ComponentKind.Source), ("stages", ComponentKind.Stage), ("sinks", ComponentKind.Sink)];

    private readonly Interpolation _plain = new(source, settings, findings, secrets)
    {
        Known = new Dictionary<string, string?> { ["output.dir"] = settings.FullOutputRoot },
        NoInput = "only sources, stages and sinks know the input",
    };

    public PipelineDraft Read(ConfigMap root)
    {
        CheckKeys(root);
        CheckVersion(root);
        CheckIds(root);
        var models = Entries(root, "models").ToDictionary(e => e.Key, Model);
        var (limits, limitsAt) = Section<LimitsOptions>(root, "limits");
        var (http, httpAt) = Section<HttpOptions>(root, "http");
        var (log, _) = Section<LogOptions>(root, "log");
        var name = Name(root);
        return new()
        {
            Name = name,
            Start = root.Position,
            Models = models,
            Streams = [.. Streams(root, name)],
            Limits = limits ?? new(),
            LimitsPosition = limitsAt,
            Http = http,
            HttpPosition = httpAt,
            Log = log ?? new(),
        };
    }

    private void CheckKeys(ConfigMap root)
    {
        foreach (var entry in root.Entries)
        {
            if (KeyHints.TopLevel.Contains(entry.Key) || entry.Key.StartsWith("x-", StringComparison.Ordinal)) continue;
            var component = OptionDescriptor.Of(typeof(ComponentDraftKeys)).Any(o => o.Name == entry.Key) || entry.Key == "type";
            var clause = Suggestion.Clause(entry.Key, KeyHints.TopLevel) is { Length: > 0 } near ? near
                : component ? "; it belongs into a stage or sink: check the indentation" : "";
            findings.Error(ProblemCode.UnknownKey, entry.KeyPosition, $"unknown key `{entry.Key}` at the top level{clause}", $"allowed here: {string.Join(", ", KeyHints.TopLevel)}, and x-... for anchors");
        }
    }

    private string Name(ConfigMap root)
    {
        switch (root.Find("name")?.Value)
        {
            case ConfigScalar { IsNull: false } named: return _plain.Resolve(named).Text;
            case ConfigMap or ConfigList: findings.Error(ProblemCode.WrongShape, root.Find("name")!.Value.Position, "`name` is a text"); break;
        }
        return Path.GetFileNameWithoutExtension(source.File);
    }

    private void CheckVersion(ConfigMap root)
    {
        if (root.Find("version") is { Value: var version } && version is not ConfigScalar { Text: "1" })
            findings.Error(ProblemCode.BadVersion, version.Position, "this program reads `version: 1`");
    }

    private void CheckIds(ConfigMap root)
    {
        var taken = new Dictionary<string, string>();
        foreach (var map in (string[])["models", "sources", "stages", "sinks"])
        {
            foreach (var entry in Entries(root, map))
            {
                if (!SnakeCase.Id().IsMatch(entry.Key))
                    findings.Error(ProblemCode.BadId, entry.KeyPosition, $"`{entry.Key}` is not an id", "ids begin with a lower-case letter and go on with lower-case letters, digits and underscores");
                else if (!taken.TryAdd(entry.Key, map))
                    findings.Error(ProblemCode.BadId, entry.KeyPosition, $"the id `{entry.Key}` is taken: it stands under `{taken[entry.Key]}` too", "models, sources, stages and sinks share one set of ids");
            }
        }
    }

    private IReadOnlyList<ConfigEntry> Entries(ConfigMap root, string name)
    {
        switch (root.Find(name)?.Value)
        {
            case ConfigMap map: return map.Entries;
            case null or ConfigScalar { IsNull: true }: return [];
            case var other:
                findings.Error(ProblemCode.WrongShape, other.Position, $"`{name}` is a map from ids to what they are, but {other.Shape} stands here");
                return [];
        }
    }

    private (T? Options, SourcePosition At) Section<T>(ConfigMap root, string name)
        where T : class =>
        root.Find(name) is { } entry
            ? ((T)Binder(_plain).Record(entry.Value, typeof(T), new($"`{name}`", entry.KeyPosition)), entry.KeyPosition)
            : (null, root.Position);

    private DraftModel Model(ConfigEntry entry)
    {
        var place = new OptionPlace($"model `{entry.Key}`", entry.KeyPosition) { Around = KeyHints.TopLevel };
        var options = (ModelOptions)Binder(_plain).Record(entry.Value, typeof(ModelOptions), place);
        return new(options with { Path = FileOf(options.Path) }, entry.KeyPosition, place.Positions);
    }

    /// <summary>A name without folder and extension is that of a model which came with the program, if there is one.</summary>
    private static string FileOf(string path)
    {
        if (string.IsNullOrEmpty(path) || Path.GetFileName(path) != path || Path.HasExtension(path)) return path;
        var asset = Home.Asset(path + ".onnx");
        return File.Exists(asset) ? asset : path;
    }

    private IEnumerable<DraftStream> Streams(ConfigMap root, string name)
    {
        var streams = Entries(root, "streams");
        if (streams.Count == 0)
        {
            yield return new(name, Components(root, _plain.Known));
            yield break;
        }
        foreach (var stream in streams)
        {
            if (!SnakeCase.Id().IsMatch(stream.Key))
                findings.Error(ProblemCode.BadId, stream.KeyPosition, $"`{stream.Key}` is not an id", "ids begin with a lower-case letter and go on with lower-case letters, digits and underscores");
            yield return new(stream.Key, Components(root, StreamVariables(stream)));
        }
    }

    private Dictionary<string, string?> StreamVariables(ConfigEntry stream)
    {
        var known = new Dictionary<string, string?>(_plain.Known) { ["stream.id"] = stream.Key };
        if (stream.Value is not (ConfigMap or ConfigScalar { IsNull: true }))
            findings.Error(ProblemCode.WrongShape, stream.Value.Position, $"stream `{stream.Key}` is a map of values, but {stream.Value.Shape} stands here");
        foreach (var entry in (stream.Value as ConfigMap)?.Entries ?? [])
        {
            if (entry.Value is not ConfigScalar scalar)
                findings.Error(ProblemCode.WrongShape, entry.Value.Position, $"`{entry.Key}` of stream `{stream.Key}` is a single value, but {entry.Value.Shape} stands here");
            else if (!SnakeCase.Id().IsMatch(entry.Key) || entry.Key == "id")
                findings.Error(ProblemCode.BadId, entry.KeyPosition, $"`{entry.Key}` cannot be a stream's key", "keys are lower-case words with underscores, and `id` is the stream's id");
            else
                known[$"stream.{entry.Key}"] = _plain.Resolve(scalar) is { Opaque: false } resolved ? resolved.Text : null;
        }
        return known;
    }

    private DraftComponent[] Components(ConfigMap root, IReadOnlyDictionary<string, string?> known)
    {
        var variables = InputVariables.For(root, settings, _plain.With(known, "a source cannot be named after its own path"));
        var binder = new ComponentBinder(settings.Catalog, variables, Binder(variables), findings);
        return [.. Maps.SelectMany(m => Entries(root, m.Map).Select(e => binder.Read(e, m.Kind)))];
    }

    private OptionBinder Binder(Interpolation variables) => new(settings.Catalog, variables, findings, secrets);

    private sealed record ComponentDraftKeys : StageOptions;
}
