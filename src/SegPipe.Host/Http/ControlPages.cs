using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Host.Running;

namespace SegPipe.Host.Http;

/// <summary><c>/reload</c>: how the last one went, for all; another one, for those who have the token.</summary>
internal sealed class ControlPages(HttpAccess access, Reloader reloader, HttpJson json) : IHttpPages
{
    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/reload", context => json.WriteAsync(context, new { busy = reloader.Busy, last = reloader.Last }));
        routes.MapPost("/reload", ReloadAsync);
    }

    private async Task ReloadAsync(HttpContext context)
    {
        if (!await access.MayChangeAsync(context).ConfigureAwait(false)) return;
        var result = await reloader.ReloadAsync().ConfigureAwait(false);
        await json.WriteAsync(context, result, result.Outcome == ReloadOutcome.Refused ? StatusCodes.Status409Conflict : StatusCodes.Status200OK).ConfigureAwait(false);
    }
}
