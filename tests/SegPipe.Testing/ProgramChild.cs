using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace SegPipe.Testing;

/// <summary>The built program as a child process, for what needs signals or a working folder of its own; it lies beside the tests that refer to the host.</summary>
public sealed partial class ProgramChild : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly List<string> _lines = [];
    private readonly Task _errors;
    private readonly List<(string Part, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly Channel<string> _further = Channel.CreateUnbounded<string>();
    private int _disposed;

    public ProgramChild(string folder, params string[] arguments)
        : this(folder, new Dictionary<string, string>(), arguments)
    {
    }

    public ProgramChild(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
        : this(folder, environment, Path.Combine(AppContext.BaseDirectory, "segpipe"), arguments)
    {
    }

    /// <summary>Starts a program that in turn starts ours.</summary>
    public ProgramChild(string folder, IReadOnlyDictionary<string, string> environment, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = ReadErrorsAsync();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it said on standard error so far.</summary>
    public string Said
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    /// <summary>Waits until a line on standard error has this in it, and gives the line.</summary>
    public Task<string> SaysAsync(string part)
    {
        lock (_lines)
        {
            if (_lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) is { } said) return Task.FromResult(said);
            var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((part, seen));
            return seen.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Waits for the next line on standard error that has this in it, behind those that this was asked for before.</summary>
    public async Task<string> NextAsync(string part)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var line in _further.Reader.ReadAllAsync(patience.Token))
            if (line.Contains(part, StringComparison.Ordinal)) return line;
        throw new InvalidOperationException($"never said '{part}' again:\n{string.Join('\n', _lines)}");
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0) throw new InvalidOperationException($"The program has ended already:\n{string.Join('\n', _lines)}");
    }

    /// <summary>Waits for the end.</summary>
    public async Task<CliResult> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _errors;
        return new(_process.ExitCode, await _output, string.Join('\n', _lines));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    /// <summary>Runs a command line in a folder to its end.</summary>
    public static async Task<CliResult> RunAsync(string folder, params string[] arguments)
    {
        using var child = new ProgramChild(folder, arguments);
        return await child.EndAsync();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
                _further.Writer.TryWrite(line);
                foreach (var (part, seen) in _awaited)
                    if (line.Contains(part, StringComparison.Ordinal)) seen.TrySetResult(line);
            }
        }
        lock (_lines)
        {
            _further.Writer.Complete();
            foreach (var (part, seen) in _awaited) seen.TrySetException(new InvalidOperationException($"never said '{part}':\n{string.Join('\n', _lines)}"));
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
