using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Graph;

namespace SegPipe.Parts;

/// <summary>Looks for what cannot be run in parts, in a definition that was read with <see cref="PartRefusals.ProbeInput"/>.</summary>
internal sealed class PartChecks(PipelineDefinition definition)
{
    private readonly Findings _findings = new();
    private readonly PipelineGraph _graph = new(definition.Streams[0]);

    public IReadOnlyList<PipelineProblem> Run()
    {
        var file = new SourcePosition(definition.File, 1, 1);
        if (definition.Streams.Count > 1) Refuse(file, "there are several `streams`", "write one stream; a batch runs it over every input");
        if (definition.Http is not null) Refuse(file, "`http` serves one run, and a batch is many", "leave it out; `segpipe batch status` tells how far a batch is");
        CheckSources(file);
        foreach (var edge in _graph.Edges) CheckEdge(edge);
        foreach (var component in _graph.Order) CheckComponent(component);
        return _findings.Sorted();
    }

    private static bool WritesFiles(ComponentDefinition sink) => OptionDescriptor.Of(sink.Options.GetType()).Any(o => o.Has<OutputPathAttribute>());

    private void Refuse(SourcePosition at, string what, string advice) => _findings.Error(ProblemCode.NotInParts, at, $"{what}, which cannot be run in parts", advice);

    private void CheckSources(SourcePosition file)
    {
        var sources = _graph.Order.Where(c => c.Descriptor.Kind == ComponentKind.Source).ToArray();
        if (sources.Length != 1) Refuse(file, $"there are {sources.Length} sources", "keep the one whose video is cut");
        foreach (var source in sources)
        {
            var (type, options) = (source.Descriptor, OptionDescriptor.Of(source.Options.GetType()));
            if (type.Name != "video_file")
            {
                Refuse(source.Position, $"`{source.Id}` is {(type.Live ? "a live source" : $"of type `{type.Name}`")}", "read videos: `type: video_file`");
                continue;
            }
            if (options.First(o => o.Has<InputPathAttribute>()).ValueIn(source.Options) as string != PartRefusals.ProbeInput)
                _findings.Error(ProblemCode.NotForBatch, source.PositionOf("path"), $"`{source.Id}` reads the same file for every input", "write `path: ${input.path}`");
            foreach (var option in options.Where(o => o.Name is "loop" or "pace" or "start" or "end" && !Equals(o.ValueIn(source.Options), o.Default)))
                Refuse(source.PositionOf(option.Name), $"`{source.Id}` has `{option.Name}`", "leave it out");
        }
    }

    private void CheckEdge(GraphEdge edge)
    {
        if (edge.Policy.Lossy) Refuse(edge.To.PositionOf("edge"), $"`{edge.To.Id}` may lose frames of `{edge.FromName}`", "use `when_full: wait`");
        if (edge.Policy.MaxAge is not null) Refuse(edge.To.PositionOf("edge"), $"`{edge.To.Id}` drops frames by age", "leave `max_age_ms` out");
        if (edge.Kind != PayloadKind.Packets || edge.To.Descriptor.Kind != ComponentKind.Stage || edge.From.Descriptor.Kind == ComponentKind.Source) return;
        Refuse(edge.To.PositionOf("from"), $"`{edge.To.Id}` decodes what `{edge.FromName}` encoded", "decode the source");
    }

    private void CheckComponent(ComponentDefinition component)
    {
        var options = OptionDescriptor.Of(component.Options.GetType());
        if (options.FirstOrDefault(o => o.Type == typeof(WhenMissing)) is { } missing && Equals(missing.ValueIn(component.Options), WhenMissing.Hold))
            Refuse(component.PositionOf(missing.Name), $"`{component.Id}` holds what came last, and that depends on the moment", "use `wait`");
        if (component.Options is ConsumerOptions { OnError: OnError.DropFrame })
            Refuse(component.PositionOf("on_error"), $"`{component.Id}` drops frames that it fails on", "use `fail`");
        if (component.Descriptor.Kind != ComponentKind.Sink) return;
        if (component.Descriptor.Network || (WritesFiles(component) && !component.Descriptor.ComponentType.IsAssignableTo(typeof(IJoins))))
            Refuse(component.Position, $"`{component.Id}` is of type `{component.Descriptor.Name}`", "write files");
        foreach (var option in options.Where(o => o.Name == "segment_seconds" && o.ValueIn(component.Options) is not null))
            Refuse(component.PositionOf(option.Name), $"`{component.Id}` has `{option.Name}`", "leave it out");
        CheckOutputs(component, options);
    }

    private void CheckOutputs(ComponentDefinition sink, IReadOnlyList<OptionDescriptor> options)
    {
        foreach (var option in options.Where(o => o.Has<OutputPathAttribute>()))
        {
            var path = option.ValueIn(sink.Options) as string ?? "";
            var full = Path.GetFullPath(path, definition.OutputRoot);
            if (!full.Contains(PartRefusals.ProbeStem, StringComparison.Ordinal))
                _findings.Error(ProblemCode.NotForBatch, sink.PositionOf(option.Name), $"`{sink.Id}` writes the same file for every input", "put `${input.stem}` into the path");
            if (!OutputRoot.Contains(definition.OutputRoot, full))
                _findings.Error(ProblemCode.NotForBatch, sink.PositionOf(option.Name), $"`{sink.Id}` writes outside of the batch's folder", "begin the path with `${output.dir}/`");
        }
    }
}
