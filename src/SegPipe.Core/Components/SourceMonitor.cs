namespace SegPipe.Components;

/// <summary>Where a live source says how it is doing; may be read from any thread at any time.</summary>
public sealed class SourceMonitor
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _stalledAfter;
    private SourceHealth _health;
    private long? _lastPacket;
    private long? _waitingSince;
    private (long Start, TimeSpan Delay)? _nextTry;
    private long _receivedBytes;
    private bool _wasConnected;

    private SourceMonitor(ComponentContext context, TimeSpan stalledAfter)
    {
        (_time, _stalledAfter) = (context.Time, stalledAfter);
        _health = new(context.Stream, context.Id, SourceState.Connecting) { NextTrySeconds = 0 };
    }

    /// <summary>Registers a source with the run that it belongs to.</summary>
    /// <param name="context">The source's context.</param>
    /// <param name="stalledAfter">How long a connection may be silent before it counts as stalled.</param>
    public static SourceMonitor Register(ComponentContext context, TimeSpan stalledAfter)
    {
        var monitor = new SourceMonitor(context, stalledAfter);
        SourceMonitors.Of(context.Shared).Add(monitor);
        return monitor;
    }

    /// <summary>How it is doing now.</summary>
    public SourceHealth Health
    {
        get
        {
            lock (_gate)
            {
                var stalled = _health.State == SourceState.Connected && _waitingSince is { } since && _time.GetElapsedTime(since) >= _stalledAfter;
                return _health with
                {
                    State = stalled ? SourceState.Stalled : _health.State,
                    NextTrySeconds = _nextTry is { } next
                        ? Math.Max(0, (next.Delay - _time.GetElapsedTime(next.Start)).TotalSeconds)
                        : _health.NextTrySeconds,
                    ReceivedBytes = _receivedBytes,
                    SecondsSincePacket = _lastPacket is { } last ? _time.GetElapsedTime(last).TotalSeconds : null,
                };
            }
        }
    }

    /// <summary>A try begins.</summary>
    public void Trying()
    {
        lock (_gate)
        {
            _nextTry = null;
            _health = _health with { NextTrySeconds = 0 };
        }
    }

    /// <summary>A connection stands.</summary>
    public void Connected()
    {
        lock (_gate)
        {
            _health = _health with
            {
                State = SourceState.Connected,
                NextTrySeconds = null,
                Reconnects = _health.Reconnects + (_wasConnected ? 1 : 0),
            };
            _wasConnected = true;
            _waitingSince = _time.GetTimestamp();
        }
    }

    /// <summary>The source waits for a packet.</summary>
    public void Waiting()
    {
        lock (_gate) _waitingSince = _time.GetTimestamp();
    }

    /// <summary>A packet has arrived.</summary>
    public void Received(int bytes)
    {
        lock (_gate)
        {
            _waitingSince = null;
            _lastPacket = _time.GetTimestamp();
            _receivedBytes += bytes;
        }
    }

    /// <summary>Packets have come again after an interruption.</summary>
    public void GapEnded(TimeSpan length)
    {
        lock (_gate) _health = _health with { Gaps = _health.Gaps + 1, GapSeconds = _health.GapSeconds + length.TotalSeconds };
    }

    /// <summary>A connection was lost, or a try failed.</summary>
    /// <param name="kind">The failure's word, such as <c>refused</c>.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="nextTry">When the next try is made; null for never.</param>
    public void Failed(string kind, SegPipeException failure, TimeSpan? nextTry)
    {
        lock (_gate)
        {
            _waitingSince = null;
            _nextTry = nextTry is { } delay ? (_time.GetTimestamp(), delay) : null;
            _health = _health with
            {
                State = nextTry is null ? SourceState.Failed : SourceState.Reconnecting,
                NextTrySeconds = null,
                Failures = _health.Failures + 1,
                LastErrorKind = kind,
                LastError = failure.Message,
                Advice = failure.Advice,
            };
        }
    }
}

/// <summary>The live sources of a run.</summary>
public sealed class SourceMonitors
{
    private readonly Lock _gate = new();
    private readonly List<SourceMonitor> _monitors = [];

    /// <summary>Those that share a run's resources.</summary>
    public static SourceMonitors Of(SharedResources shared) => shared.GetOrAdd("sources", () => new SourceMonitors());

    /// <summary>How every source is doing now.</summary>
    public IReadOnlyList<SourceHealth> Snapshot()
    {
        lock (_gate) return [.. _monitors.Select(m => m.Health)];
    }

    internal void Add(SourceMonitor monitor)
    {
        lock (_gate) _monitors.Add(monitor);
    }
}
