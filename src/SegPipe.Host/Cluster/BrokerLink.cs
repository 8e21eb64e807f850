using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SegPipe.Processes;

namespace SegPipe.Host.Cluster;

/// <summary>
/// One connection for one purpose, made anew when it is asked for and the last one is gone. The library's own recovery is off: it hands out
/// deliveries again while the first copy is in work, and loses acknowledgements without a word.
/// </summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10), LeastWait = TimeSpan.FromMilliseconds(100), MostWait = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConnectionFactory _factory;
    private readonly BrokerAddress _address;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private IConnection? _connection;
    private bool _everConnected;
    private volatile bool _blocked;

    /// <param name="address">Where the broker is.</param>
    /// <param name="name">What the broker's lists call the connection.</param>
    /// <param name="heartbeat">How often both sides show that they live; a hung one is given up after about three.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where losses are told.</param>
    public BrokerLink(BrokerAddress address, string name, TimeSpan heartbeat, TimeProvider time, ILogger log)
    {
        (_address, _time, _log) = (address, time, log);
        _backoff = new(LeastWait, MostWait, Environment.ProcessId);
        _factory = new()
        {
            Uri = address.Full,
            ClientProvidedName = name,
            RequestedHeartbeat = heartbeat,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = ConnectTimeout,
            ContinuationTimeout = ConnectTimeout,
        };
    }

    /// <summary>Called with the number of connections that were lost or made: 1 and -1.</summary>
    public Action<int> Changed { get; init; } = _ => { };

    /// <summary>Whether the broker takes no messages for now: its disk or memory is full.</summary>
    public bool IsBlocked => _blocked;

    /// <summary>The broker's version; known from the first connection on.</summary>
    public BrokerVersion? Version { get; private set; }

    /// <summary>The open connection; where there is none, one is made, again and again after the first that succeeded.</summary>
    /// <exception cref="SegPipeException">69 where the broker was never there, or refuses us.</exception>
    public async Task<IConnection> ConnectedAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            while (_connection is not { IsOpen: true })
            {
                try
                {
                    await ConnectAsync(cancel).ConfigureAwait(false);
                }
                catch (BrokerUnreachableException missing) when (_everConnected)
                {
                    _log.LogWarning("the broker {Broker} is away: {Reason}", _address, (missing.InnerException ?? missing).Message);
                    await Task.Delay(_backoff.Next(), _time, cancel).ConfigureAwait(false);
                }
            }
            return _connection;
        }
        catch (BrokerUnreachableException missing)
        {
            throw Unreachable(missing);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await CloseAsync(connection).ConfigureAwait(false);
        _gate.Dispose();
    }

    /// <summary>Whether a failure means that a connection or channel is gone, which the next one may heal.</summary>
    public static bool IsLoss(Exception failure) =>
        failure is AlreadyClosedException or OperationInterruptedException or BrokerUnreachableException or IOException or TimeoutException or ObjectDisposedException or System.Net.Sockets.SocketException;

    private async Task ConnectAsync(CancellationToken cancel)
    {
        if (_connection is { } old)
        {
            _connection = null;
            await CloseAsync(old).ConfigureAwait(false);
        }
        var connection = await _factory.CreateConnectionAsync(cancel).ConfigureAwait(false);
        connection.ConnectionShutdownAsync += (_, how) =>
        {
            Changed(-1);
            if (how.Initiator != ShutdownInitiator.Application) _log.LogWarning("the connection to the broker {Broker} is lost: {Reason}", _address, how.ReplyText);
            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            _blocked = true;
            _log.LogWarning("the broker {Broker} takes no messages: {Reason}; waiting", _address, blocked.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _blocked = false;
            _log.LogInformation("the broker {Broker} takes messages again", _address);
            return Task.CompletedTask;
        };
        Changed(1);
        _blocked = false;
        _connection = connection;
        Version = BrokerVersion.Of(connection.ServerProperties);
        _backoff.Reset();
        if (_everConnected) _log.LogInformation("connected to the broker {Broker} again", _address);
        _everConnected = true;
    }

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.CloseAsync(Constants.ReplySuccess, "the end", TimeSpan.FromSeconds(2), abort: true).ConfigureAwait(false);
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            // It is gone anyway.
        }
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private SegPipeException Unreachable(BrokerUnreachableException missing)
    {
        var reason = missing.InnerException ?? missing;
        return reason is AuthenticationFailureException or PossibleAuthenticationFailureException
            ? new(ExitCode.Unavailable, $"The broker {_address} refuses this user.", "Check the user, the password and the virtual host; `guest` may come from the broker's own machine only.", missing)
            : new(ExitCode.Unavailable, $"The broker {_address} cannot be reached: {reason.Message}", "Check that RabbitMQ runs there, and the port.", missing);
    }
}
