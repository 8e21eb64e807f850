using System.Net;
using System.Net.Sockets;

namespace SegPipe.Testing;

/// <summary>Ports that nobody listens at.</summary>
public static class FreePort
{
    /// <summary>A port of this machine that was free a moment ago.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
