namespace SegPipe.Media;

/// <summary>Where an RTSP stream is and who asks for it. Nothing that is secret is in its text form.</summary>
public sealed class RtspAddress
{
    private const int Port = 554, SecurePort = 322;

    private readonly string _authority;
    private readonly string _rest;
    private readonly string? _user;
    private readonly string? _password;

    private RtspAddress(string scheme, string authority, string host, int port, string rest, string? user, string? password) =>
        (Scheme, _authority, Host, Place, _rest, _user, _password) = (scheme, authority, host, $"{host}:{port}", rest, user, password);

    /// <summary><c>rtsp</c> or <c>rtsps</c>.</summary>
    public string Scheme { get; }

    /// <summary>Name or address of the machine.</summary>
    public string Host { get; }

    /// <summary>Host and port, for messages: paths and queries of cameras hold passwords too.</summary>
    public string Place { get; }

    /// <summary>Everything that must not be shown, as FFmpeg may quote it.</summary>
    public IReadOnlyCollection<string> Secrets =>
    [
        .. new[] { _password, _user is null ? null : $"{_user}:{_password}", Escaped(_password), UserInfo, _rest.Length > 1 ? _rest : null }
            .OfType<string>().Where(s => s.Length > 0),
    ];

    /// <summary>The whole URL with user and password, as FFmpeg reads it; for its standard input only.</summary>
    public string FullUrl => $"{Scheme}://{(UserInfo is { Length: > 0 } info ? info + "@" : "")}{_authority}{_rest}";

    private string? UserInfo => _user is null && _password is null
        ? null
        : _password is null ? Escaped(_user) : $"{Escaped(_user)}:{Escaped(_password)}";

    /// <summary>Reads a URL; user and password beside it count more than those inside.</summary>
    /// <param name="url"><c>rtsp://</c> or <c>rtsps://</c>, host, port, path.</param>
    /// <param name="username">The user, any characters; null or empty for none.</param>
    /// <param name="password">The password, any characters; null or empty for none.</param>
    /// <returns>The address, or null where the text is none.</returns>
    public static RtspAddress? Parse(string url, string? username = null, string? password = null)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("rtsp" or "rtsps") || uri.Host.Length == 0 || url.Any(char.IsControl))
            return null;
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?');
        var authority = end < 0 ? url[start..] : url[start..(start + end)];
        var at = authority.LastIndexOf('@');
        var (user, secret) = at < 0 ? (null, null) : Split(authority[..at]);
        var port = uri.Port > 0 ? uri.Port : uri.Scheme == "rtsps" ? SecurePort : Port;
        return new(uri.Scheme, authority[(at + 1)..], uri.Host, port, end < 0 ? "" : url[(start + end)..], Given(username) ?? user, Given(password) ?? secret);
    }

    /// <summary>Scheme, host and port.</summary>
    public override string ToString() => $"{Scheme}://{Place}";

    private static (string User, string? Password) Split(string userInfo)
    {
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(userInfo), null)
            : (Uri.UnescapeDataString(userInfo[..colon]), Uri.UnescapeDataString(userInfo[(colon + 1)..]));
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? Escaped(string? text) => text is null ? null : Uri.EscapeDataString(text);
}

/// <summary>How the pictures of an RTSP stream travel.</summary>
public enum RtspTransport
{
    /// <summary>Inside of the RTSP connection: nothing is lost on the way.</summary>
    Tcp,

    /// <summary>In datagrams of their own: what is lost stays lost, nothing waits for it.</summary>
    Udp,

    /// <summary>Inside of the connection where the camera can do that, else in datagrams.</summary>
    Auto,
}
