using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Components;
using SegPipe.Host.Running;
using SegPipe.Runtime;

namespace SegPipe.Host.Http;

/// <summary>
/// <c>/livez</c> answers as long as the process does. <c>/readyz</c> is 503 while anything is starting or draining, after a failure, and when
/// every stream of a pipeline has been in trouble for a minute: one camera of several never makes the process unready.
/// </summary>
internal sealed class HealthPages(RunBoard board, HttpBinding binding, HttpJson json, TimeProvider time) : IHttpPages
{
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/livez", context => HttpText.WriteAsync(context, StatusCodes.Status200OK, "ok"));
        routes.MapGet("/readyz", ReadyAsync);
        routes.MapGet("/healthz", ReadyAsync);
    }

    private Task ReadyAsync(HttpContext context)
    {
        var pipelines = binding.Entries.Select(e => (Entry: e, Status: StatusOf(e))).ToList();
        var status = board.Draining ? "draining" : pipelines.Select(p => p.Status).FirstOrDefault(s => s != "ok") ?? "ok";
        return json.WriteAsync(
            context,
            new
            {
                status,
                pipelines = context.Request.Query.ContainsKey("verbose") ? pipelines.Select(p => Describe(p.Entry, p.Status)) : null,
            },
            status == "ok" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private string StatusOf(BoardEntry entry) => entry.Phase switch
    {
        RunPhase.Starting => "starting",
        RunPhase.Draining => "draining",
        RunPhase.Ended => entry.Report!.Error is null ? "ok" : "failed",
        _ when entry.Pipeline!.Streams.All(InLongTrouble) => "unavailable",
        _ => "ok",
    };

    private bool InLongTrouble(StreamView stream) => stream.Components.Select(c => c.Condition).Any(c =>
        c.State == ComponentState.PermanentError || (c.State == ComponentState.RecoverableError && time.GetUtcNow() - c.Since > Recovery));

    private static object Describe(BoardEntry entry, string status) => new
    {
        name = entry.Name,
        status,
        phase = entry.Phase,
        streams = entry.Pipeline?.Streams.Select(s => new
        {
            id = s.Id,
            phase = s.Phase,
            components = s.Components.Select(c => new { id = c.Id, kind = c.Kind, type = c.Type, condition = c.Condition }),
        }),
    };
}
