using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Configuration;

namespace SegPipe.Host.Http;

/// <summary>What the program is: <c>/version</c> and <c>/schema.json</c>.</summary>
internal sealed class AboutPages(HttpJson json) : IHttpPages
{
    private static readonly Lazy<string> Schema = new(() => new SchemaWriter(BuildComponents.Catalog, BuildComponents.Docs).Write());

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/version", context => json.WriteAsync(context, new { version = VersionText.Version, commit = VersionText.Commit, dotnet = Environment.Version.ToString() }));
        routes.MapGet("/schema.json", context => HttpText.WriteAsync(context, StatusCodes.Status200OK, Schema.Value, "application/schema+json; charset=utf-8"));
    }
}
