using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Graph;

namespace SegPipe.Runtime;

/// <summary>Builds definitions of the test components without YAML.</summary>
internal sealed class TestPipeline
{
    private static readonly ComponentCatalog Catalog = ComponentCatalog.Scan(typeof(TestPipeline).Assembly);
    private readonly List<ComponentDefinition> _components = [];
    private readonly List<StreamDefinition> _streams = [];

    public LimitsOptions Limits { get; init; } = new() { Memory = 64 << 20 };

    public TestPipeline Add(string id, ComponentKind kind, string type, ComponentOptions options)
    {
        _components.Add(new(id, Catalog.Find(kind, type)!, options, new("test.yaml", 1, 1), new Dictionary<string, SourcePosition>()));
        return this;
    }

    public TestPipeline Source(string id, BurstOptions options) => Add(id, ComponentKind.Source, "burst", options);

    public TestPipeline Touch(string id, TouchOptions options) => Add(id, ComponentKind.Stage, "touch", options);

    public TestPipeline Collect(string id, CollectOptions options) => Add(id, ComponentKind.Sink, "collect", options);

    public IEnumerable<PipelineProblem> Problems() => GraphChecks.Check(new(new StreamDefinition("test", _components)));

    /// <summary>The components so far become a stream of this name; the next ones are another's.</summary>
    public TestPipeline EndStream(string id)
    {
        _streams.Add(new(id, [.. _components]));
        _components.Clear();
        return this;
    }

    public Pipeline Build(TimeProvider? time = null, Metrics.PipelineMetrics? metrics = null, bool reloadable = false, bool previews = false) =>
        new(Definition(), new() { TraceBuffers = true, Time = time ?? TimeProvider.System, Metrics = metrics, Reloadable = reloadable, Previews = previews });

    public PipelineDefinition Definition() => new()
    {
        Name = "test",
        File = "test.yaml",
        Models = new Dictionary<string, ModelOptions>(),
        Streams = _streams.Count > 0 ? _streams : [new("test", _components)],
        Limits = Limits,
        OutputRoot = Path.GetTempPath(),
    };

    public static InputReference[] From(params string[] ids) =>
        [.. ids.Select(i => i.Split('.')).Select(p => new InputReference(p[0], p.Length > 1 ? p[1] : null))];

    public static EdgeOptionsSet Edge(WhenFull whenFull, int? capacity = null) =>
        new(new() { WhenFull = whenFull, Capacity = capacity }, new Dictionary<string, EdgeOptions>());

    public static Collected Collected(Pipeline pipeline, string sink) => pipeline.Shared.GetOrAdd(sink, () => new Collected());
}
