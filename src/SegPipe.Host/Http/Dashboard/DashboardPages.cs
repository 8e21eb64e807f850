using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Host.Http.Previews;
using SegPipe.Host.Running;
using SegPipe.Metrics;

namespace SegPipe.Host.Http.Dashboard;

/// <summary>The dashboard: <c>/</c>, the files that it is made of, and <c>/dashboard.json</c>, which it asks once a second.</summary>
internal sealed class DashboardPages(RunBoard board, HttpBinding binding, HttpJson json, RateSampler rates, ClassShares shares, TimeProvider time) : IHttpPages
{
    // Nothing is loaded from elsewhere, no script stands in the page, and no other page may frame it.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly RecentLatency _recent = new(time);

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var file in DashboardFile.All)
            routes.MapGet(file.Path, context => SendAsync(context, file));
        routes.MapGet("/dashboard.json", context => json.WriteAsync(context, Now()));
    }

    private DashboardState Now() =>
        new(VersionText.Version, time.GetUtcNow(), board.Draining, [.. binding.Entries.Select(e => DashboardPipeline.Of(e, rates, _recent, shares))]);

    private static async Task SendAsync(HttpContext context, DashboardFile file)
    {
        var headers = context.Response.Headers;
        (headers.ContentSecurityPolicy, headers["Referrer-Policy"], headers.CacheControl, headers.ETag) = (Policy, "no-referrer", "no-cache", file.Tag);
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = file.Type;
        await context.Response.Body.WriteAsync(file.Content, context.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>A file that the dashboard is made of.</summary>
/// <param name="Path">Where it is served.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Changes with its content.</param>
internal sealed record DashboardFile(string Path, string Type, byte[] Content, string Tag)
{
    private const string Prefix = "dashboard/", Index = "index.html";

    /// <summary>All of them, as they were built into the program.</summary>
    public static IReadOnlyList<DashboardFile> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Load),
    ];

    private static DashboardFile Load(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var name = resource[Prefix.Length..];
        var type = System.IO.Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        return new(name == Index ? "/" : "/" + resource, type, content, $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
    }
}
