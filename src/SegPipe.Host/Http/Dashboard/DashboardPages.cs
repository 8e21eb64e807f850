using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using SegPipe.Host.Http.Previews;
using SegPipe.Host.Running;
using SegPipe.Metrics;

namespace SegPipe.Host.Http.Dashboard;

/// <summary>The dashboard: <c>/</c>, the files that it is made of, and <c>/dashboard.json</c>, which it asks once a second.</summary>
internal sealed class DashboardPages(RunBoard board, HttpBinding binding, HttpJson json, RateSampler rates, ClassShares shares, TimeProvider time) : IHttpPages
{
    private readonly RecentLatency _recent = new(time);

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        PageFile.Map(routes, PageFile.In("dashboard"));
        routes.MapGet("/dashboard.json", context => json.WriteAsync(context, Now()));
    }

    private DashboardState Now() =>
        new(VersionText.Version, time.GetUtcNow(), board.Draining, [.. binding.Entries.Select(e => DashboardPipeline.Of(e, rates, _recent, shares))]);
}
