using System.Text;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Graph;

namespace SegPipe.Host.Drawing;

/// <summary>Languages that a pipeline is drawn in.</summary>
internal enum DrawingFormat
{
    /// <summary>A Mermaid flowchart.</summary>
    Mermaid,

    /// <summary>Graphviz.</summary>
    Dot,
}

/// <summary>Draws a pipeline for Mermaid or Graphviz: what flows over each edge, its capacity and what happens when it is full.</summary>
internal static class GraphText
{
    /// <summary>A Mermaid flowchart.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="now">What is to be written on an edge of a stream besides its policy, or null.</param>
    public static string Mermaid(PipelineDefinition pipeline, Func<string, GraphEdge, string?>? now = null)
    {
        var text = new StringBuilder("flowchart LR\n");
        foreach (var stream in pipeline.Streams)
        {
            var graph = new PipelineGraph(stream);
            var (prefix, indent) = (Prefix(pipeline, stream), "  ");
            if (prefix.Length > 0)
            {
                text.Append($"  subgraph {stream.Id}\n");
                indent = "    ";
            }
            foreach (var component in graph.Order)
            {
                var (open, close) = component.Descriptor.Kind switch
                {
                    ComponentKind.Source => ("([", "])"),
                    ComponentKind.Sink => ("[(", ")]"),
                    _ => ("[", "]"),
                };
                text.Append($"{indent}{prefix}{component.Id}{open}\"{component.Id}<br/>{component.Descriptor.Name}\"{close}\n");
            }
            foreach (var edge in graph.Edges)
                text.Append($"{indent}{prefix}{edge.From.Id} -->|\"{Label(edge, "<br/>", now?.Invoke(stream.Id, edge))}\"| {prefix}{edge.To.Id}\n");
            if (prefix.Length > 0) text.Append("  end\n");
        }
        return text.ToString();
    }

    /// <summary>A directed graph in the dot language.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="now">What is to be written on an edge of a stream besides its policy, or null.</param>
    public static string Dot(PipelineDefinition pipeline, Func<string, GraphEdge, string?>? now = null)
    {
        var text = new StringBuilder($"digraph \"{pipeline.Name.Replace("\"", "\\\"", StringComparison.Ordinal)}\" {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
        foreach (var stream in pipeline.Streams)
        {
            var graph = new PipelineGraph(stream);
            var prefix = Prefix(pipeline, stream);
            if (prefix.Length > 0) text.Append($"  subgraph cluster_{stream.Id} {{\n  label=\"{stream.Id}\";\n");
            foreach (var component in graph.Order)
            {
                var shape = component.Descriptor.Kind switch
                {
                    ComponentKind.Source => ", shape=oval",
                    ComponentKind.Sink => ", shape=cylinder",
                    _ => "",
                };
                text.Append($"  \"{prefix}{component.Id}\" [label=\"{component.Id}\\n{component.Descriptor.Name}\"{shape}];\n");
            }
            foreach (var edge in graph.Edges)
                text.Append($"  \"{prefix}{edge.From.Id}\" -> \"{prefix}{edge.To.Id}\" [label=\"{Label(edge, "\\n", now?.Invoke(stream.Id, edge))}\"];\n");
            if (prefix.Length > 0) text.Append("  }\n");
        }
        return text.Append("}\n").ToString();
    }

    private static string Prefix(PipelineDefinition pipeline, StreamDefinition stream) => pipeline.Streams.Count > 1 ? stream.Id + "_" : "";

    private static string Label(GraphEdge edge, string newline, string? now)
    {
        var name = edge.From.Descriptor.Outputs[edge.Output].Name;
        var label = $"{(name is null ? "" : name + ": ")}{edge.Kind.ToString().ToLowerInvariant()}{newline}{edge.Policy.Capacity} {SnakeCase.Of(edge.Policy.WhenFull.ToString())}";
        if (edge.Policy.MaxAge is { } age) label += $"{newline}at most {age.TotalMilliseconds} ms old";
        return now is null ? label : label + newline + now;
    }
}
