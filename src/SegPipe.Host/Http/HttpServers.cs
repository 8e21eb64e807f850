using SegPipe.Configuration;
using SegPipe.Host.Http.Dashboard;
using SegPipe.Host.Http.Previews;
using SegPipe.Host.Logging;
using SegPipe.Host.Running;
using SegPipe.Metrics;

namespace SegPipe.Host.Http;

/// <summary>The listeners of a run, one an address.</summary>
internal sealed class HttpServers : IAsyncDisposable
{
    private readonly List<HttpListener> _listeners = [];
    private readonly HostConsole _console;
    private readonly RunBoard _board;
    private readonly Reloader _reloader;
    private readonly StderrLog _log;

    private HttpServers(RunBoard board, Reloader reloader, HostConsole console, LogFormat format) =>
        (_board, _reloader, _console, _log) = (board, reloader, console, new(console, LogVerbosity.Warning, format));

    /// <summary>Begins to listen wherever a pipeline wants it.</summary>
    /// <exception cref="SegPipeException">Pipelines contradict one another, or an address cannot be had.</exception>
    public static async Task<HttpServers> StartAsync(RunBoard board, Reloader reloader, HostConsole console, LogFormat format)
    {
        var servers = new HttpServers(board, reloader, console, format);
        try
        {
            foreach (var binding in HttpBinding.Of(board.Entries)) await servers.AddAsync(binding).ConfigureAwait(false);
            return servers;
        }
        catch (SegPipeException)
        {
            await servers.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The metrics that a pipeline is shown in, or null.</summary>
    public PipelineMetrics? MetricsOf(BoardEntry entry) => _listeners.FirstOrDefault(l => l.Binding.Entries.Contains(entry))?.Metrics;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners) await listener.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }

    private async Task AddAsync(HttpBinding binding)
    {
        if (binding.Token is { } token)
        {
            var secrets = new SecretSet();
            secrets.Add(token);
            _console.Keep(secrets);
        }
        var listener = new HttpListener(binding, _console, Facts());
        _listeners.Add(listener);
        _reloader.Gone += listener.Collector.Forget;
        var json = new HttpJson(_console);
        IHttpPages[] pages =
        [
            new MetricsPages(listener.Collector),
            new HealthPages(_board, binding, json, _console.Time),
            new PipelinePages(binding, json, listener.Metrics.Rates),
            new ControlPages(listener.Access, _reloader, json),
            new AboutPages(json),
            new DashboardPages(_board, binding, json, listener.Metrics.Rates, new(), _console.Time),
            new PreviewPages(binding, json, new(), _console.Time),
        ];
        var url = await listener.StartAsync(pages, _log).ConfigureAwait(false);
        _console.Say($"segpipe: serving {string.Join(", ", binding.Entries.Select(e => e.Name))} at {url}/", happening: "serving");
    }

    private ProcessFacts Facts() => new()
    {
        Version = VersionText.Version,
        Commit = VersionText.Commit,
        LogLines = _console.Lines.ByLevel,
        Reload = () => (_reloader.Last.Outcome != ReloadOutcome.Refused, _reloader.TakenOver),
    };
}
