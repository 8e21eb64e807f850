using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace SegPipe.Host.Http;

/// <summary>A file that a page is made of, built into the program.</summary>
/// <param name="Path">Where it is served.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Changes with its content.</param>
internal sealed record PageFile(string Path, string Type, byte[] Content, string Tag)
{
    // Nothing is loaded from elsewhere, no script stands in a page, and no other page may frame it.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Index = "index.html";

    private static readonly string[] Shared = ["dom.js", "shell.js", "text.js", "style.css", "icon.svg"];

    /// <summary>Whether other pages use it, too.</summary>
    public bool IsShared => Shared.Contains(System.IO.Path.GetFileName(Path));

    /// <summary>All files of a page.</summary>
    /// <param name="page">Its name.</param>
    public static IReadOnlyList<PageFile> In(string page) =>
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith($"{page}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Load),
    ];

    /// <summary>Serves files.</summary>
    public static void Map(IEndpointRouteBuilder routes, IEnumerable<PageFile> files)
    {
        foreach (var file in files) routes.MapGet(file.Path, context => SendAsync(context, file));
    }

    private static PageFile Load(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var name = System.IO.Path.GetFileName(resource);
        var type = System.IO.Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        return new(name == Index ? "/" : "/" + resource, type, content, $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
    }

    private static async Task SendAsync(HttpContext context, PageFile file)
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
