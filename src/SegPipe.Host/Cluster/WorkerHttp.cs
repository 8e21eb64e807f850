using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Configuration;
using SegPipe.Host.Http;
using SegPipe.Host.Http.Metrics;
using SegPipe.Host.Logging;
using SegPipe.Metrics;

namespace SegPipe.Host.Cluster;

/// <summary>What a worker shows of itself: metrics, and whether it lives and is ready.</summary>
internal sealed class WorkerHttp : IAsyncDisposable
{
    private readonly PipelineMetrics _process;
    private readonly MetricCollector _collector;
    private HttpServer? _server;

    private WorkerHttp(ClusterMetrics metrics, HostConsole console)
    {
        var started = console.Time.GetUtcNow();
        _process = new(console.Time, new() { Version = VersionText.Version, Commit = VersionText.Commit, LogLines = console.Lines.ByLevel, Reload = () => (true, started) });
        _collector = new(_process, new(console.Redact), metrics);
    }

    /// <summary>Begins to serve.</summary>
    /// <exception cref="SegPipeException">64 for no address, 69 if it cannot be had.</exception>
    public static async Task<WorkerHttp> StartAsync(string listen, ClusterMetrics metrics, HostConsole console, StderrLog log, CancellationToken draining)
    {
        var address = ListenAddress.Parse(listen) ?? throw new SegPipeException(ExitCode.Usage, $"'{listen}' is no address to listen at.", "Write it as 127.0.0.1:9465.");
        var http = new WorkerHttp(metrics, console);
        var binding = new HttpBinding(address, null, []);
        http._server = await HttpServer.StartAsync(binding, new(binding), [new MetricsPages(http._collector), new AboutPages(new(console)), new Pages(metrics, draining)], log).ConfigureAwait(false);
        console.Say($"segpipe: serving metrics at {http._server.Url}/metrics", happening: "serving");
        return http;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync().ConfigureAwait(false);
        _collector.Dispose();
        _process.Dispose();
    }

    private sealed class Pages(ClusterMetrics metrics, CancellationToken draining) : IHttpPages
    {
        public void Map(IEndpointRouteBuilder routes)
        {
            routes.MapGet("/livez", context => HttpText.WriteAsync(context, StatusCodes.Status200OK, "ok"));
            routes.MapGet("/readyz", ReadyAsync);
            routes.MapGet("/healthz", ReadyAsync);
        }

        private Task ReadyAsync(HttpContext context) => draining.IsCancellationRequested
            ? HttpText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "draining")
            : metrics.IsConnected
                ? HttpText.WriteAsync(context, StatusCodes.Status200OK, "ok")
                : HttpText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "without a broker");
    }
}
