using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Configuration;
using SegPipe.Host.Http.Metrics;
using SegPipe.Host.Logging;
using SegPipe.Metrics;
using SegPipe.Runtime;

namespace SegPipe.Host.Http.Jobs;

/// <summary>What a worker, or a batch on one machine, shows of itself: the page of jobs and workers, metrics, and whether it lives and is ready.</summary>
internal sealed class WatchHttp : IAsyncDisposable
{
    private readonly MetricCollector _collector;
    private HttpServer? _server;

    private WatchHttp(ClusterMetrics metrics, HostConsole console)
    {
        var started = console.Time.GetUtcNow();
        Metrics = new(console.Time, new() { Version = VersionText.Version, Commit = VersionText.Commit, LogLines = console.Lines.ByLevel, Reload = () => (true, started) });
        _collector = new(Metrics, new(console.Redact), metrics);
    }

    /// <summary>Shows the streams that this process runs.</summary>
    public PipelineMetrics Metrics { get; }

    /// <summary>Begins to serve.</summary>
    /// <param name="listen">Where, as in <c>127.0.0.1:9465</c>.</param>
    /// <param name="metrics">The metrics of segments and jobs.</param>
    /// <param name="page">The page of jobs and workers.</param>
    /// <param name="unready">Why it is not ready, or null.</param>
    /// <param name="console">Where the address is told.</param>
    /// <param name="log">Lines for the person who watches.</param>
    /// <exception cref="SegPipeException">64 for no address, 69 if it cannot be had.</exception>
    public static async Task<WatchHttp> StartAsync(string listen, ClusterMetrics metrics, Func<HttpJson, JobsPages> page, Func<string?> unready, HostConsole console, StderrLog log)
    {
        var address = ListenAddress.Parse(listen) ?? throw new SegPipeException(ExitCode.Usage, $"'{listen}' is no address to listen at.", "Write it as 127.0.0.1:9465.");
        var http = new WatchHttp(metrics, console);
        var (binding, json) = (new HttpBinding(address, null, []) { Advice = "Name another address: --http 127.0.0.1:9466" }, new HttpJson(console));
        try
        {
            http._server = await HttpServer.StartAsync(binding, new(binding), [new MetricsPages(http._collector), new AboutPages(json), new HealthOf(unready), page(json)], log).ConfigureAwait(false);
        }
        catch (SegPipeException)
        {
            await http.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        console.Say($"segpipe: serving jobs and workers at {http._server.Url}/", happening: "serving");
        return http;
    }

    /// <summary>Shows what the stages of a stream do until disposal, which comes before that of the pipeline.</summary>
    public IDisposable Show(Pipeline pipeline, string stream) => new Shown(this, pipeline, stream);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync().ConfigureAwait(false);
        _collector.Dispose();
        Metrics.Dispose();
    }

    private sealed class Shown(WatchHttp http, Pipeline pipeline, string stream) : IDisposable
    {
        public void Dispose()
        {
            http.Metrics.Leave(pipeline);
            http._collector.Forget(pipeline.Name, stream);
        }
    }

    private sealed class HealthOf(Func<string?> unready) : IHttpPages
    {
        public void Map(IEndpointRouteBuilder routes)
        {
            routes.MapGet("/livez", context => HttpText.WriteAsync(context, StatusCodes.Status200OK, "ok"));
            routes.MapGet("/readyz", ReadyAsync);
            routes.MapGet("/healthz", ReadyAsync);
        }

        private Task ReadyAsync(HttpContext context) => unready() is { } reason
            ? HttpText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, reason)
            : HttpText.WriteAsync(context, StatusCodes.Status200OK, "ok");
    }
}
