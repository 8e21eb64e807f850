using System.Runtime.InteropServices;

namespace SegPipe.Host.Running;

/// <summary>
/// What signals mean: the first SIGINT or SIGTERM asks for an orderly end, the second (or a drain that takes too long)
/// forces it; SIGQUIT asks what is going on, SIGHUP to read the configuration again.
/// </summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly HostConsole _console;
    private readonly TimeSpan _timeout;
    private readonly Action _describe;
    private readonly Action? _reload;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private ITimer? _timer;

    /// <param name="console">Where the person is told.</param>
    /// <param name="timeout">How long an orderly end may take before it is forced.</param>
    /// <param name="describe">Writes the state of the run.</param>
    /// <param name="reload">Reads the configuration again; without it, SIGHUP does what it does to any program.</param>
    public ShutdownSignals(HostConsole console, TimeSpan timeout, Action describe, Action? reload = null) =>
        (_console, _timeout, _describe, _reload) = (console, timeout, describe, reload);

    /// <summary>What becomes of the work under way, for the person who sent the first signal.</summary>
    public string Promise { get; init; } = "frames under way are finished";

    /// <summary>Sources are to end; the rest drains.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Everything is to end at once.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>The exit code of a forced end, or null.</summary>
    public ExitCode? Forced { get; private set; }

    /// <summary>Listens to this process's signals until disposal.</summary>
    public ShutdownSignals Listen()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, .. _reload is null ? (PosixSignal[])[] : [PosixSignal.SIGHUP]])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Receive(context.Signal);
            }));
        }
        return this;
    }

    /// <summary>Does what a signal asks for.</summary>
    public void Receive(PosixSignal signal)
    {
        if (signal == PosixSignal.SIGQUIT)
        {
            _describe();
            return;
        }
        if (signal == PosixSignal.SIGHUP)
        {
            _reload?.Invoke();
            return;
        }
        var code = signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                if (Forced is null) Force(code, "aborted");
                return;
            }
            _console.Say($"segpipe: stopping: {Promise}; a second signal aborts, {_timeout.TotalSeconds:0} s do too", happening: "stopping");
            _timer = _console.Time.CreateTimer(_ => GiveUp(code), null, _timeout, Timeout.InfiniteTimeSpan);
        }
        _stop.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _timer?.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private void GiveUp(ExitCode code)
    {
        lock (_gate)
        {
            if (Forced is null) Force(code, $"aborted: not finished {_timeout.TotalSeconds:0} s after the request to stop");
        }
    }

    private void Force(ExitCode code, string message)
    {
        Forced = code;
        _console.Say($"segpipe: {message}", "warning", "aborted");
        _abort.Cancel();
    }
}
