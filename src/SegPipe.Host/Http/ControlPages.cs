using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Host.Running;

namespace SegPipe.Host.Http;

/// <summary>What changes the run: reload and stop, for those who have the token; and how the last reload went, for all.</summary>
internal sealed class ControlPages(HttpAccess access, RunControl control, HttpJson json) : IHttpPages
{
    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/reload", context => json.WriteAsync(context, new { busy = control.Reloader.Busy, last = control.Reloader.Last }));
        routes.MapPost("/-/reload", ReloadAsync);
        routes.MapPost("/-/stop", StopAsync);
    }

    private async Task ReloadAsync(HttpContext context)
    {
        if (!await access.MayChangeAsync(context).ConfigureAwait(false)) return;
        var result = await control.Reloader.ReloadAsync().ConfigureAwait(false);
        await json.WriteAsync(context, result, result.Outcome == ReloadOutcome.Refused ? StatusCodes.Status409Conflict : StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private async Task StopAsync(HttpContext context)
    {
        if (!await access.MayChangeAsync(context).ConfigureAwait(false)) return;
        control.Stop();
        await HttpText.WriteAsync(context, StatusCodes.Status202Accepted, "stopping: frames under way are finished").ConfigureAwait(false);
    }
}
