using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SegPipe.Host.Http;

/// <summary>Who may ask what: a listener on loopback answers to names of this machine only, and verbs that change state need the token.</summary>
internal sealed class HttpAccess(HttpBinding binding)
{
    private const string Bearer = "Bearer ";

    private readonly byte[]? _token = binding.Token is { } token ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;

    /// <summary>
    /// Whether the request names a host that it may name. A page from elsewhere that had its own name point to this machine (DNS
    /// rebinding) is told from a person who typed <c>localhost</c> by this alone.
    /// </summary>
    public bool AllowsHost(HttpRequest request) =>
        !binding.Address.IsLoopback || IsLoopbackName(request.Host.Host);

    /// <summary>Whether the request carries the token.</summary>
    public bool HasToken(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization].ToString();
        if (_token is null || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return false;
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header[Bearer.Length..].Trim()));
        return CryptographicOperations.FixedTimeEquals(given, _token);
    }

    /// <summary>Whether a request may change state; where not, the answer was given.</summary>
    public async Task<bool> MayChangeAsync(HttpContext context)
    {
        var (status, reason) = context.Request switch
        {
            _ when _token is null => (StatusCodes.Status403Forbidden, "there is no token_file under http, so nothing can be changed from here"),
            var r when !AllowsOrigin(r) => (StatusCodes.Status403Forbidden, "this was asked by a page from elsewhere"),
            var r when !HasToken(r) => (StatusCodes.Status401Unauthorized, "send the token: Authorization: Bearer TOKEN"),
            _ => (0, ""),
        };
        if (status == 0) return true;
        if (status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        await HttpText.WriteAsync(context, status, reason).ConfigureAwait(false);
        return false;
    }

    private static bool AllowsOrigin(HttpRequest request)
    {
        var origin = request.Headers[HeaderNames.Origin].ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
