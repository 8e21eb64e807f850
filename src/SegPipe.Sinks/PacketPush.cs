using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>A muxing child that packets are pushed into for as long as it lives.</summary>
internal sealed class PacketPush : IPacketTarget
{
    private readonly ChildProcess _child;
    private readonly NutWriter _writer;
    private readonly Rational _timeBase;
    private readonly CancellationTokenRegistration _kill;
    private readonly string? _connectedText;
    private readonly long _startedAt;
    private readonly ChildOptions _options;
    private bool _connected;

    /// <summary>Starts the child and hands it the stream's header.</summary>
    /// <param name="context">Whose child it is.</param>
    /// <param name="format">What is pushed.</param>
    /// <param name="arguments">The child's arguments.</param>
    /// <param name="options">How it is watched; its stall timeout bounds the time to connect, too.</param>
    /// <param name="policy">What it may touch.</param>
    /// <param name="connectedText">What it says when it has a connection; null where it needs none.</param>
    /// <param name="abort">Kills it.</param>
    /// <exception cref="ChildProcessException">It ended at once.</exception>
    public PacketPush(ComponentContext context, PacketsFormat format, IReadOnlyList<string> arguments, ChildOptions options, SandboxPolicy policy, string? connectedText, CancellationToken abort)
    {
        (_options, _connectedText, _startedAt) = (options with { Time = context.Time }, connectedText, context.Time.GetTimestamp());
        _timeBase = format.TimeBase;
        _child = FfmpegTools.For(context).Start(context, arguments, options, policy);
        _kill = abort.Register(static child => ((ChildProcess)child!).Kill("the run was aborted"), _child);
        _writer = new(_child.Input);
        try
        {
            _writer.WriteHeaders(Carrier.Header(format));
        }
        catch (ChildInputClosedException)
        {
            using (this) throw _child.Failure("did not take its input");
        }
    }

    /// <summary>Whether it has its connection.</summary>
    public bool IsConnected => _connected |= _connectedText is null || _child.ErrorLines.Any(line => line.StartsWith(_connectedText, StringComparison.Ordinal));

    /// <summary>Gives the child a packet; waits while it takes none, until its watchdog ends it.</summary>
    /// <exception cref="ChildProcessException">It has ended.</exception>
    public void Write(Frame frame)
    {
        if (!IsConnected && _options.Time.GetElapsedTime(_startedAt) > _options.StallTimeout)
            _child.Kill($"made no connection within {_options.StallTimeout.TotalMilliseconds:0} ms and was killed");
        try
        {
            _writer.WriteFrame(Carrier.ToChild(frame.Header.Pts, _timeBase), frame.Header.Key, frame.Bytes);
        }
        catch (ChildInputClosedException)
        {
            throw _child.Failure("ended before its input did");
        }
    }

    /// <summary>Ends the child's input and waits until it has finished.</summary>
    /// <exception cref="ChildProcessException">It failed.</exception>
    public void Complete()
    {
        _child.CloseInput();
        if (_child.WaitForExit() != 0 || _child.KillReason is not null) throw _child.Failure();
    }

    public void Dispose()
    {
        _kill.Dispose();
        _child.Dispose();
    }
}
