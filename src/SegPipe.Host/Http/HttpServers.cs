using SegPipe.Configuration;
using SegPipe.Host.Logging;
using SegPipe.Host.Running;

namespace SegPipe.Host.Http;

/// <summary>The listeners of a run, one an address.</summary>
internal sealed class HttpServers : IAsyncDisposable
{
    private readonly List<HttpServer> _servers = [];
    private readonly StderrLog _log;

    private HttpServers(StderrLog log) => _log = log;

    /// <summary>Begins to listen wherever a pipeline wants it.</summary>
    /// <exception cref="SegPipeException">Pipelines contradict one another, or an address cannot be had.</exception>
    public static async Task<HttpServers> StartAsync(RunBoard board, HostConsole console, LogFormat format)
    {
        var servers = new HttpServers(new(console, LogVerbosity.Warning, format));
        try
        {
            foreach (var binding in HttpBinding.Of(board.Entries)) await servers.AddAsync(binding, board, console).ConfigureAwait(false);
            return servers;
        }
        catch (SegPipeException)
        {
            await servers.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
    }

    private async Task AddAsync(HttpBinding binding, RunBoard board, HostConsole console)
    {
        if (binding.Token is { } token)
        {
            var secrets = new SecretSet();
            secrets.Add(token);
            console.Keep(secrets);
        }
        var access = new HttpAccess(binding);
        var json = new HttpJson(console);
        IHttpPages[] pages =
        [
            new HealthPages(board, binding, json, console.Time),
            new PipelinePages(binding, json),
            new AboutPages(json),
        ];
        var server = await HttpServer.StartAsync(binding, access, pages, _log).ConfigureAwait(false);
        _servers.Add(server);
        console.Say($"segpipe: serving {string.Join(", ", binding.Entries.Select(e => e.Name))} at {server.Url}/", happening: "serving");
    }
}
