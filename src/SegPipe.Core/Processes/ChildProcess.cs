using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;

namespace SegPipe.Processes;

/// <summary>
/// A child process with blocking pipes for dedicated threads, a tail of its messages, a watchdog against stalls, and a certain end:
/// it never outlives this process.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private const int LooksPerSample = 10;
    private static readonly TimeSpan KillGrace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstSample = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly ChildOptions _options;
    private readonly ChildProgress _progress;
    private readonly ErrorTail _errors;
    private readonly Thread _errorPump;
    private readonly ITimer _watchdog;
    private readonly Lock _gate = new();

    // Calls of the watchdog may still run, several at once, while the child is disposed; around the process they take turns.
    private readonly Lock _life = new();
    private ChildUsage _usage;
    private string? _killReason;
    private long _lastMoves = -1;
    private long _turnSince;
    private long _stallTicks;
    private int _looks;
    private bool _inputClosed;
    private bool _disposed;
    private bool _released;

    private ChildProcess(Process process, ChildOptions options)
    {
        (_process, Id) = (process, process.Id);
        _options = options;
        _progress = new(options.HasInput, options.HasOutput);
        _errors = new(options.Secrets);
        Input = Wrap(process.StandardInput.BaseStream, options.InputRoom);
        Output = Wrap(process.StandardOutput.BaseStream, options.OutputRoom);
        if (!options.HasInput)
            process.StandardInput.Close();
        if (!options.HasOutput)
            process.StandardOutput.Close();
        // Whoever has asked for a stream of a process must close it, or its handle lives until the next collection.
        var messages = process.StandardError.BaseStream;
        _errorPump = new(() =>
        {
            using (messages)
                _errors.Pump(messages);
        })
        { IsBackground = true, Name = $"{options.Role} messages" };
        _errorPump.Start();
        _turnSince = options.Time.GetTimestamp();
        _stallTicks = options.StallTimeout.Ticks;
        var interval = options.StallTimeout / 4 < SampleInterval ? options.StallTimeout / 4 : SampleInterval;
        EndedChildren.Add(this);
        _watchdog = options.Time.CreateTimer(static state => ((ChildProcess)state!).Watch(), this, FirstSample, interval);
    }

    /// <summary>What the child does.</summary>
    public string Role => _options.Role;

    /// <summary>Its process id; with wrappers, the outermost's.</summary>
    public int Id { get; }

    /// <summary>The child's standard input; a write to a child that has ended throws <see cref="ChildInputClosedException"/>.</summary>
    public Stream Input { get; }

    /// <summary>The child's standard output.</summary>
    public Stream Output { get; }

    /// <summary>The last 50 lines of its standard error, secrets replaced.</summary>
    public IReadOnlyList<string> ErrorLines => _errors.Lines;

    /// <summary>What it has used so far, with its descendants.</summary>
    public ChildUsage Usage
    {
        get
        {
            lock (_gate)
                return _usage;
        }
    }

    /// <summary>How long it may make no progress, from now on.</summary>
    public TimeSpan StallTimeout
    {
        get => new(Interlocked.Read(ref _stallTicks));
        set => Interlocked.Exchange(ref _stallTicks, value.Ticks);
    }

    /// <summary>Why we killed it, or null.</summary>
    public string? KillReason => Volatile.Read(ref _killReason);

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed
    {
        get
        {
            lock (_gate)
                return _disposed;
        }
    }

    /// <summary>Whether it was killed because it made no progress.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>Whether the end of its output was read.</summary>
    public bool OutputEnded => _progress.OutputEnded;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited
    {
        get
        {
            lock (_life)
                return _released || _process.HasExited;
        }
    }

    /// <summary>Starts a child; its environment is empty but for a plain PATH.</summary>
    /// <exception cref="ChildProcessException">The program cannot be started.</exception>
    public static ChildProcess Start(ChildCommand command, ChildOptions options)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["AV_LOG_FORCE_NOCOLOR"] = "1";
        try
        {
            return new(ChildLauncher.Start(start), options);
        }
        catch (Win32Exception cannot)
        {
            throw new ChildProcessException(
                options.Role, null, $"could not be started: {cannot.Message}", "Check the path and the permissions of the program.", []);
        }
    }

    /// <summary>Tells the child that its input is over; a second call does nothing.</summary>
    public void CloseInput()
    {
        lock (_gate)
        {
            if (_inputClosed)
                return;
            _inputClosed = true;
        }
        Input.Dispose();
        _progress.InputClosed();
    }

    /// <summary>Asks the child to end by itself: closes its input, or interrupts it where that is closed already; the watchdog ends it where it does not.</summary>
    public void RequestStop()
    {
        bool open;
        lock (_gate)
            open = _options.HasInput && !_inputClosed;
        CloseInput();
        lock (_life)
        {
            if (open || HasExited)
                return;
            foreach (var leaf in ProcessTree.Leaves(Id))
                _ = NativeMethods.Signal(leaf, NativeMethods.Interrupt);
        }
    }

    /// <summary>Kills the child with its descendants; the first reason is kept.</summary>
    public void Kill(string reason)
    {
        lock (_life)
        {
            if (HasExited)
                return;
            Interlocked.CompareExchange(ref _killReason, reason, null);
            Sample();
            _process.Kill(entireProcessTree: true);
            // What a wrapper was forking at that moment is not in its tree, but in its group: left alone it would hold our pipes for ever.
            _ = NativeMethods.Signal(-Id, NativeMethods.Kill);
        }
    }

    /// <summary>Waits until the child and its messages have ended, and gives its exit code; the watchdog bounds the wait once its input is closed and its output read.</summary>
    public int WaitForExit()
    {
        _process.WaitForExit();
        EndedChildren.Account(this);
        _errorPump.Join();
        return _process.ExitCode;
    }

    /// <summary>Waits for the end and throws where the child was killed by us or says that it failed.</summary>
    /// <exception cref="ChildProcessException">The child failed.</exception>
    public void ThrowIfFailed()
    {
        var code = WaitForExit();
        if (code != 0 || KillReason is not null)
            throw Failure(code);
    }

    /// <summary>The error that describes an unexpected end; a child that has not closed its output is killed.</summary>
    /// <param name="cause">What is wrong where the exit code does not tell.</param>
    public ChildProcessException Failure(string? cause = null)
    {
        if (cause is not null && _options.HasOutput && !OutputEnded)
            Kill(cause);
        var code = WaitForExit();
        return cause is null || code != 0 || KillReason is not null
            ? Failure(code)
            : new(Role, code, cause, Advice(), ErrorLines);
    }

    /// <summary>Kills the child if it still runs, waits up to 3 s for its end and closes the pipes.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        _watchdog.Dispose();
        if (!_process.HasExited)
        {
            Kill("the run ended");
            _process.WaitForExit(KillGrace);
        }
        if (_process.HasExited)
            EndedChildren.Account(this);
        CloseInput();
        Output.Dispose();
        _errorPump.Join(KillGrace);
        lock (_life)
        {
            _released = true;
            _process.Dispose();
        }
    }

    /// <summary>Takes a sample of the usage now.</summary>
    internal void Sample()
    {
        var usage = ProcessTree.Usage(Id);
        lock (_gate)
            _usage = _usage.Max(usage);
    }

    /// <summary>Corrects the processor time upwards by what the system counted.</summary>
    internal void Correct(double cpuSeconds)
    {
        lock (_gate)
            _usage = _usage.Max(new(cpuSeconds, 0));
    }

    private void Watch()
    {
        if (HasExited)
            return;
        // The kernel keeps the sums and the peak; reading them often would be most of what an idle program does.
        if (_looks++ % LooksPerSample == 0)
            Sample();
        var now = _options.Time.GetTimestamp();
        var moves = _progress.Moves;
        if (moves != _lastMoves || !_progress.IsChildsTurn)
        {
            _lastMoves = moves;
            _turnSince = now;
        }
        else if (_options.Time.GetElapsedTime(_turnSince, now) >= StallTimeout)
        {
            HasStalled = true;
            Kill($"made no progress for {StallTimeout.TotalMilliseconds:0} ms and was killed");
        }
    }

    private ChildProcessException Failure(int code)
    {
        var cause = KillReason ?? (code > 128 ? $"was ended by signal {code - 128}" : $"ended with exit code {code}");
        if (ErrorLines is [.., var last])
            cause += $": {last.TrimEnd('.')}";
        return new(Role, code, cause, Advice(), ErrorLines);
    }

    private string Advice() => KillReason is not null
        ? "Check the input and the disk; where they are slow, raise stall_timeout_ms."
        : "Run with -vv to see its last messages.";

    private ChildStream Wrap(Stream pipe, int room)
    {
        // A refusal (a user's pipe quota) changes nothing but speed.
        if (pipe is PipeStream { SafePipeHandle: var handle })
            _ = NativeMethods.FileControl(handle, NativeMethods.SetPipeSize, room);
        return new(this, pipe, _progress);
    }
}
