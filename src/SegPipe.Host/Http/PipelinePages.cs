using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Graph;
using SegPipe.Host.Drawing;
using SegPipe.Host.Running;
using SegPipe.Metrics;

namespace SegPipe.Host.Http;

/// <summary>What runs: <c>/pipelines</c>, and each one's graph with what is on its edges now.</summary>
internal sealed class PipelinePages(HttpBinding binding, HttpJson json, RateSampler rates) : IHttpPages
{
    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pipelines", context => json.WriteAsync(context, binding.Entries.Select(Describe)));
        routes.MapGet("/pipelines/{name}/graph", GraphAsync);
    }

    private Task GraphAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        if (binding.Entries.FirstOrDefault(e => e.Name == name) is not { } entry)
            return HttpText.WriteAsync(context, StatusCodes.Status404NotFound, $"there is no pipeline '{name}'; there are: {string.Join(", ", binding.Entries.Select(e => e.Name))}");
        return context.Request.Query["format"].ToString() switch
        {
            "" or "mermaid" => HttpText.WriteAsync(context, StatusCodes.Status200OK, GraphText.Mermaid(entry.Definition, Now(entry))),
            "dot" => HttpText.WriteAsync(context, StatusCodes.Status200OK, GraphText.Dot(entry.Definition, Now(entry))),
            "json" => json.WriteAsync(context, LiveGraph.Of(entry, rates)),
            var other => HttpText.WriteAsync(context, StatusCodes.Status400BadRequest, $"format is mermaid, dot or json, not '{other}'"),
        };
    }

    /// <summary>What is written on an edge besides its policy: frames that wait, frames a second, frames dropped.</summary>
    private Func<string, GraphEdge, string?> Now(BoardEntry entry) => (stream, of) =>
    {
        var edges = entry.Pipeline?.Streams.FirstOrDefault(s => s.Id == stream)?.Edges ?? [];
        if (edges.FirstOrDefault(e => e.From == of.FromName && e.To == of.To.Id) is not { } edge) return null;
        var dropped = edge.DroppedFull + edge.DroppedStale + edge.DroppedKeyframe + edge.DroppedShutdown;
        return $"{edge.Queued} waiting, {rates.FramesPerSecond(edge) ?? 0:0.0} fps{(dropped > 0 ? $", {dropped} dropped" : "")}";
    };

    private static object Describe(BoardEntry entry) => new
    {
        name = entry.Name,
        file = entry.Definition.File,
        phase = entry.Phase,
        streams = entry.Pipeline?.Streams.Select(s => new { id = s.Id, phase = s.Phase, since = s.Since, error = s.Failure?.Message }),
        error = entry.Report?.Error,
    };
}
