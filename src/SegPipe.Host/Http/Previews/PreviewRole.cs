using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Graph;
using SegPipe.Pictures;
using SegPipe.Runtime;
using SegPipe.Stages;

namespace SegPipe.Host.Http.Previews;

/// <summary>What an output is to people.</summary>
internal enum PreviewRole
{
    /// <summary>What the camera saw.</summary>
    Original,

    /// <summary>A class map.</summary>
    Mask,

    /// <summary>A picture with colours laid over it.</summary>
    Overlay,
}

/// <summary>What the graph tells about an output that is looked at.</summary>
internal static class PreviewRoles
{
    /// <summary>What an output is to people.</summary>
    public static PreviewRole RoleOf(StreamView stream, FrameTap tap) =>
        tap.Kind == PayloadKind.Labels ? PreviewRole.Mask
        : IsPainted(stream.Graph, Producer(stream.Graph, tap.Output)) ? PreviewRole.Overlay
        : PreviewRole.Original;

    /// <summary>The class map that people mean when they speak of the stream's classes: the one that is painted, else the first.</summary>
    public static FrameTap? ClassMap(StreamView stream)
    {
        var maps = stream.Taps.Where(t => t.Kind == PayloadKind.Labels).ToList();
        return maps.FirstOrDefault(m => Painter(stream.Graph, m.Output) is not null) ?? maps.FirstOrDefault();
    }

    /// <summary>The colours of an output's classes: those that it is painted with, else the model's own.</summary>
    public static Palette ColorsOf(StreamView stream, FrameTap tap, ClassTable classes) =>
        Painter(stream.Graph, tap.Output)?.Palette is { } name ? Palette.Load(name) : Palette.Of("of the model's classes", classes);

    private static ColorizeOptions? Painter(PipelineGraph graph, string output) =>
        graph.Edges.Where(e => e.FromName == output).Select(e => e.To.Options).OfType<ColorizeOptions>().FirstOrDefault();

    private static ComponentDefinition Producer(PipelineGraph graph, string output) => graph.Edges.First(e => e.FromName == output).From;

    private static bool IsPainted(PipelineGraph graph, ComponentDefinition component) =>
        component.Options is ColorizeOptions
        || graph.Edges.Any(e => e.To.Id == component.Id && e.Kind == PayloadKind.Picture && IsPainted(graph, e.From));
}
