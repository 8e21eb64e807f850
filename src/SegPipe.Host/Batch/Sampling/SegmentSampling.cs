using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Graph;
using SegPipe.Stages;

namespace SegPipe.Host.Batch.Sampling;

/// <summary>Adds to a pipeline what the report is made of: now and then the shares of the classes, and a small picture.</summary>
internal static class SegmentSampling
{
    /// <summary>Id of the sink that counts classes; no id of a person begins like this.</summary>
    public const string Shares = "@shares";

    /// <summary>Id of the sink that keeps small pictures.</summary>
    public const string Thumbnails = "@thumbnails";

    private static readonly ComponentDescriptor ShareSink = ComponentCatalog.Of(typeof(ShareSamplesSink)).All[0];
    private static readonly ComponentDescriptor ThumbnailSink = ComponentCatalog.Of(typeof(ThumbnailsSink)).All[0];

    /// <summary>The pipeline with its samplers; what has no class maps or no pictures goes without them.</summary>
    public static PipelineDefinition AddTo(PipelineDefinition definition)
    {
        var stream = definition.Streams[0];
        var graph = new PipelineGraph(stream);
        var outputs = graph.Order.SelectMany(c => c.Descriptor.Outputs.Select(o => (Component: c, o.Kind, Reference: new InputReference(c.Id, o.Name)))).ToList();
        List<ComponentDefinition> components = [.. stream.Components];
        var maps = outputs.Where(o => o.Kind == PayloadKind.Labels).ToList();
        if (maps.Count > 0)
        {
            var map = maps.Find(m => Painter(graph, m.Reference) is not null) is { Component: not null } painted ? painted : maps[0];
            components.Add(Sink(Shares, ShareSink, new ShareSamplesOptions { From = [map.Reference], Edge = Short, Palette = Painter(graph, map.Reference)?.Palette }, map.Component));
        }
        var pictures = outputs.Where(o => o.Kind == PayloadKind.Picture).ToList();
        if (pictures.Count > 0)
        {
            var picture = pictures.Find(p => p.Component.Options is ColorizeOptions) is { Component: not null } overlay ? overlay : pictures[0];
            components.Add(Sink(Thumbnails, ThumbnailSink, new ThumbnailsOptions { From = [picture.Reference], Edge = Short }, picture.Component));
        }
        return definition with { Streams = [stream with { Components = components }] };
    }

    // What is only looked at now and then shall not hold more frames than it must.
    private static EdgeOptionsSet Short => new(new() { Capacity = 1 }, new Dictionary<string, EdgeOptions>());

    private static ColorizeOptions? Painter(PipelineGraph graph, InputReference labels) =>
        graph.Edges.Where(e => e.FromName == labels.ToString()).Select(e => e.To.Options).OfType<ColorizeOptions>().FirstOrDefault();

    private static ComponentDefinition Sink(string id, ComponentDescriptor descriptor, SinkOptions options, ComponentDefinition near) =>
        new(id, descriptor, options, near.Position, new Dictionary<string, SourcePosition>());
}
