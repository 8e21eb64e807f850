using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>A muxing child that packets are pushed into for as long as it lives.</summary>
internal sealed class PacketPush : IDisposable
{
    private readonly ChildProcess _child;
    private readonly NutWriter _writer;
    private readonly Rational _timeBase;
    private readonly CancellationTokenRegistration _kill;

    /// <summary>Starts the child and hands it the stream's header.</summary>
    /// <exception cref="ChildProcessException">It ended at once.</exception>
    public PacketPush(ComponentContext context, PacketsFormat format, IReadOnlyList<string> arguments, ChildOptions options, SandboxPolicy policy, CancellationToken abort)
    {
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

    /// <summary>Gives the child a packet; waits while it takes none, until its watchdog ends it.</summary>
    /// <exception cref="ChildProcessException">It has ended.</exception>
    public void Write(Frame frame)
    {
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
