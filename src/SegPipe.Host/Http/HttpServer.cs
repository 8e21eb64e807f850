using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SegPipe.Host.Http;

/// <summary>One listener.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private const long LargestBody = 64 << 10;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private HttpServer(WebApplication app) => _app = app;

    /// <summary>Where it can be reached: <c>http://127.0.0.1:9464</c>, with the port that the system chose where it was to choose.</summary>
    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SegPipeException">69 if the address is taken or is none of this machine's.</exception>
    public static async Task<HttpServer> StartAsync(HttpBinding binding, HttpAccess access, IEnumerable<IHttpPages> pages, ILoggerFactory log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, binding));
        builder.Services.AddRoutingCore().AddSingleton(log).AddSingleton<IHostLifetime, NoSignals>();
        var app = builder.Build();
        app.Use(next => context => GuardAsync(context, next, access));
        foreach (var page in pages) page.Map(app);
        app.MapFallback("{*path}", context => HttpText.WriteAsync(context, StatusCodes.Status404NotFound, $"nothing is served here; there are:\n{string.Join('\n', Paths(app))}"));
        try
        {
            await app.StartAsync().ConfigureAwait(false);
            return new(app);
        }
        catch (Exception e) when (e is IOException or AddressInUseException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new SegPipeException(ExitCode.Unavailable, $"Cannot listen at {binding.Address}: {e.Message}", binding.Advice, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A reader of an endless answer must not hold up the end of the program.
        using var patience = new CancellationTokenSource(StopPatience);
        await _app.StopAsync(patience.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(KestrelServerOptions options, HttpBinding binding)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = LargestBody;
        if (binding.Address.Address is { } address) options.Listen(address, binding.Address.Port);
        else if (binding.Address.Port == 0) options.Listen(IPAddress.Loopback, 0);
        else options.ListenLocalhost(binding.Address.Port);
    }

    private static Task GuardAsync(HttpContext context, RequestDelegate next, HttpAccess access)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return access.AllowsHost(context.Request)
            ? next(context)
            : HttpText.WriteAsync(context, StatusCodes.Status403Forbidden, $"this listener answers to localhost only, not to '{context.Request.Host.Host}'");
    }

    private static IEnumerable<string> Paths(WebApplication app) =>
        from source in ((IEndpointRouteBuilder)app).DataSources
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        let path = endpoint.RoutePattern.RawText
        where path is not null && !path.StartsWith('{')
        let verbs = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select $"{string.Join('|', verbs)} {path}";

    /// <summary>Signals are the program's own business.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
