using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Host.Http.Metrics;

namespace SegPipe.Host.Http;

/// <summary><c>/metrics</c> for Prometheus.</summary>
internal sealed class MetricsPages(MetricCollector collector) : IHttpPages
{
    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", context => HttpText.WriteAsync(context, StatusCodes.Status200OK, collector.Write(), PrometheusText.ContentType));
}
