using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SegPipe.Host.Running;

/// <summary>
/// Tells systemd how the run is, by the protocol of sd_notify(3): that everything is open, that it reads its configuration again or ends,
/// and twice in the time of its watchdog that threads still get their turn.
/// </summary>
internal sealed class ServiceNotice : IDisposable
{
    private readonly Socket _socket;
    private readonly ITimer? _watchdog;
    private int _ready;

    /// <summary>Begins to tell.</summary>
    /// <param name="address">Path of a datagram socket, or an abstract name behind <c>@</c>.</param>
    /// <param name="watchdog">After how long a silence systemd takes the program for stuck, or null where it does not watch.</param>
    /// <param name="time">The clock.</param>
    public ServiceNotice(string address, TimeSpan? watchdog, TimeProvider time)
    {
        _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        _socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
        if (watchdog is { } patience) _watchdog = time.CreateTimer(_ => Send("WATCHDOG=1"), null, TimeSpan.Zero, patience / 2);
    }

    /// <summary>What systemd asked for in the environment, or null where it asked for nothing.</summary>
    public static ServiceNotice? OfEnvironment(TimeProvider time)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } address) return null;
        var mine = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var watchdog = mine && long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : (TimeSpan?)null;
        try
        {
            return new(address, watchdog, time);
        }
        catch (SocketException)
        {
            // Nobody listens there: a variable that was left from elsewhere.
            return null;
        }
    }

    /// <summary>Everything is open; only the first call counts.</summary>
    public void Ready()
    {
        if (Interlocked.Exchange(ref _ready, 1) == 0) Send("READY=1");
    }

    /// <summary>The configuration is read again; <see cref="Reloaded"/> follows.</summary>
    public void Reloading() => Send($"RELOADING=1\nMONOTONIC_USEC={(long)Stopwatch.GetElapsedTime(0).TotalMicroseconds}");

    /// <summary>That is over.</summary>
    public void Reloaded() => Send("READY=1");

    /// <summary>The run ends.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket.Dispose();
    }

    private void Send(string text)
    {
        try
        {
            _socket.Send(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // A manager that does not listen any more changes nothing about the run.
        }
    }
}
