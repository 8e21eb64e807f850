using System.Globalization;
using System.Net;

namespace SegPipe.Configuration;

/// <summary>Where something is served: <c>127.0.0.1:9464</c>, <c>[::1]:9464</c>, <c>localhost:9464</c>, or <c>0.0.0.0:9464</c> for everybody.</summary>
/// <param name="Address">The address, null for <c>localhost</c>, which is every loopback address.</param>
/// <param name="Port">0–65535; 0 lets the system choose.</param>
public sealed record ListenAddress(IPAddress? Address, int Port)
{
    private const string LocalHost = "localhost";

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>Reads an address, or gives null.</summary>
    public static ListenAddress? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort) return null;
        var host = text[..colon];
        if (host.Equals(LocalHost, StringComparison.OrdinalIgnoreCase)) return new(null, port);
        // Without brackets the last group of an IPv6 address would be taken for the port.
        if (host.Contains(':', StringComparison.Ordinal) != (host[0] == '[')) return null;
        return IPAddress.TryParse(host, out var address) && (address.GetAddressBytes().Length > 4 || host.Split('.').Length == 4) ? new(address, port) : null;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Address is null ? $"{LocalHost}:{Port}" : new IPEndPoint(Address, Port).ToString();
}
