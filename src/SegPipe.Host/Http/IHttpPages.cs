using Microsoft.AspNetCore.Routing;

namespace SegPipe.Host.Http;

/// <summary>A group of pages that belong together. To serve more, implement it and add it to the list in <see cref="HttpServers"/>.</summary>
internal interface IHttpPages
{
    /// <summary>Says which paths it answers.</summary>
    void Map(IEndpointRouteBuilder routes);
}
