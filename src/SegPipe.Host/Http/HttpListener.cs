using SegPipe.Host.Http.Metrics;
using SegPipe.Metrics;

namespace SegPipe.Host.Http;

/// <summary>What stands behind one address: the metrics of the pipelines that are served there, and the server.</summary>
internal sealed class HttpListener : IAsyncDisposable
{
    private HttpServer? _server;

    public HttpListener(HttpBinding binding, HostConsole console, ProcessFacts facts)
    {
        Binding = binding;
        Access = new(binding);
        Metrics = new(console.Time, facts);
        Collector = new(Metrics, new(console.Redact));
    }

    public HttpBinding Binding { get; }

    public HttpAccess Access { get; }

    public PipelineMetrics Metrics { get; }

    public MetricCollector Collector { get; }

    /// <summary>Begins to serve and gives the address.</summary>
    public async Task<string> StartAsync(IEnumerable<IHttpPages> pages, Microsoft.Extensions.Logging.ILoggerFactory log)
    {
        _server = await HttpServer.StartAsync(Binding, Access, pages, log).ConfigureAwait(false);
        return _server.Url;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync().ConfigureAwait(false);
        Collector.Dispose();
        Metrics.Dispose();
    }
}
