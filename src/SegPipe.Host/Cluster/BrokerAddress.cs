using SegPipe.Configuration;

namespace SegPipe.Host.Cluster;

/// <summary>Where the broker is and who asks; the password never shows in <see cref="ToString"/>.</summary>
internal sealed class BrokerAddress
{
    private const string Example = "Write it as amqp://user@host:5672/ (amqps for TLS), the password into a file that --broker-password-file names.";

    private readonly UriBuilder _uri;

    private BrokerAddress(UriBuilder uri) => _uri = uri;

    /// <summary>The address with user and password, for the client library only.</summary>
    public Uri Full => _uri.Uri;

    /// <summary>The password and its forms in URLs.</summary>
    public SecretSet Secrets
    {
        get
        {
            var secrets = new SecretSet();
            secrets.Add(Uri.UnescapeDataString(_uri.Password));
            secrets.Add(_uri.Password);
            return secrets;
        }
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text">As in <c>amqp://user:password@host:5672/vhost</c>.</param>
    /// <param name="passwordFile">Holds the password, or null.</param>
    /// <exception cref="SegPipeException">64 where it is none, 65 where the file cannot be read.</exception>
    public static BrokerAddress Parse(string text, string? passwordFile = null)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps") || uri.Host.Length == 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new SegPipeException(ExitCode.Usage, "The broker's address is not one.", Example);
        var builder = new UriBuilder(uri);
        if (uri.Port < 0) builder.Port = uri.Scheme == "amqps" ? 5671 : 5672;
        if (passwordFile is not null)
        {
            if (builder.Password.Length > 0) throw new SegPipeException(ExitCode.Usage, "The broker's password is given twice.", "Take it out of the address.");
            builder.Password = Uri.EscapeDataString(Read(passwordFile));
        }
        return new(builder);
    }

    /// <summary>The address without user and password.</summary>
    public override string ToString() => $"{_uri.Scheme}://{_uri.Host}:{_uri.Port}{_uri.Path}";

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"The broker's password cannot be read from {file}: {e.Message}", "Check the path and its permissions.", e);
        }
    }
}
