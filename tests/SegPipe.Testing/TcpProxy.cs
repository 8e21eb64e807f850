using System.Net;
using System.Net.Sockets;

namespace SegPipe.Testing;

/// <summary>A small TCP proxy on the loopback address that does what networks do: delays, throttles, cuts, goes silent, damages, refuses.</summary>
public sealed class TcpProxy : IDisposable
{
    private readonly int _target;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly Random _random;
    private TcpListener? _listener;
    private volatile bool _silent;
    private volatile int _delayMs;
    private volatile int _bytesPerSecond;
    private volatile int _damagedPerMillion;

    /// <summary>Listens at a free port.</summary>
    /// <param name="target">Port on the loopback address that everything goes to.</param>
    /// <param name="seed">Decides which bytes are damaged.</param>
    public TcpProxy(int target, int seed = 1)
    {
        _target = target;
        _random = new(seed);
        Listen(0);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>Connections that were accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>Time by which everything from the target is late.</summary>
    public TimeSpan Delay { set => _delayMs = (int)value.TotalMilliseconds; }

    /// <summary>Most bytes a second from the target; 0 for no bound.</summary>
    public int BytesPerSecond { set => _bytesPerSecond = value; }

    /// <summary>How many of a million bytes from the target are changed.</summary>
    public int DamagedPerMillion { set => _damagedPerMillion = value; }

    /// <summary>Whether nothing passes in either direction though connections stand (half-open).</summary>
    public bool Silent { set => _silent = value; }

    /// <summary>Closes every connection; new ones are accepted.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var client in _open) client.Dispose();
            _open.Clear();
        }
    }

    /// <summary>Closes every connection and refuses new ones.</summary>
    public void Refuse()
    {
        _listener?.Dispose();
        _listener = null;
        Cut();
    }

    /// <summary>Accepts connections again, at the same port.</summary>
    public void Accept() => Listen(Port);

    public void Dispose()
    {
        _end.Cancel();
        Refuse();
        _end.Dispose();
    }

    private void Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It refuses from now on.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var server = new TcpClient();
        lock (_gate)
        {
            Accepted++;
            _open.AddRange([client, server]);
        }
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            await Task.WhenAny(PumpAsync(client, server, fromTarget: false), PumpAsync(server, client, fromTarget: true));
        }
        catch (Exception broken) when (broken is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The other side learns of it by the close below.
        }
        client.Dispose();
        server.Dispose();
        lock (_gate) _open.RemoveAll(c => c == client || c == server);
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool fromTarget)
    {
        var (input, output) = (from.GetStream(), to.GetStream());
        var buffer = new byte[16 << 10];
        try
        {
            for (int read; (read = await input.ReadAsync(buffer, _end.Token)) > 0;)
            {
                while (_silent) await Task.Delay(20, _end.Token);
                if (fromTarget) await HinderAsync(buffer.AsMemory(0, read));
                await output.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception broken) when (broken is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // One direction that ends ends both.
        }
    }

    private async Task HinderAsync(Memory<byte> bytes)
    {
        Damage(bytes.Span);
        var wait = _delayMs;
        if (_bytesPerSecond is > 0 and var rate) wait += (int)(1000L * bytes.Length / rate);
        if (wait > 0) await Task.Delay(wait, _end.Token);
    }

    private void Damage(Span<byte> bytes)
    {
        if (_damagedPerMillion is not (> 0 and var share)) return;
        lock (_gate)
        {
            foreach (ref var b in bytes)
                if (_random.Next(1_000_000) < share) b ^= (byte)(1 + _random.Next(255));
        }
    }
}
