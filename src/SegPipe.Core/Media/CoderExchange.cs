using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Nut;
using SegPipe.Processes;

namespace SegPipe.Media;

/// <summary>
/// Frames through a coder child: one thread writes them as NUT, another reads what comes out. A new format of the frames ends the
/// child after what it has, and starts another. So does the child's failure where the stream is to survive it.
/// </summary>
public sealed class CoderExchange(StreamPort port, ICoder coder, CancellationToken abort)
{
    private volatile bool _outputEnded;
    private Frame _next;

    /// <summary>Runs until the port's frames end and everything is out.</summary>
    /// <exception cref="SegPipeException">The child failed, or gave what cannot be right.</exception>
    public Task RunAsync() => DedicatedThread.Run(Run);

    private void Run()
    {
        using var waiter = new Waiter();
        _next = Take(waiter);
        while (!_next.IsEmpty && !abort.IsCancellationRequested)
        {
            try
            {
                RunChild(waiter);
            }
            catch (SegPipeException failure) when (!abort.IsCancellationRequested && coder.Survives(failure, abort))
            {
                SkipToKey(waiter);
            }
        }
        abort.ThrowIfCancellationRequested();
    }

    /// <summary>The next frame that is coded.</summary>
    private Frame Take(Waiter waiter)
    {
        while (true)
        {
            var frame = waiter.Wait(port.TakeAsync());
            if (frame.IsEmpty || !coder.Skips(frame.Header))
                return frame;
            port.Count(StreamLoss.NotShown);
            port.Processed(frame);
        }
    }

    /// <summary>Gives one child all frames of one format; the first frame of the next one stays behind.</summary>
    private void RunChild(Waiter waiter)
    {
        var format = _next.Format;
        _outputEnded = false;
        using var child = coder.Start(format);
        using var kill = abort.Register(() => child.Kill("the run was aborted"));
        var reading = DedicatedThread.Run(() => Read(child, format));
        try
        {
            Write(child, format, waiter);
            reading.GetAwaiter().GetResult();
            abort.ThrowIfCancellationRequested();
            if (!_next.IsEmpty && Continues(format, _next.Format))
                throw child.Failure("ended before its input did");
        }
        finally
        {
            child.CloseInput();
            Task.WaitAny(reading);
            coder.EndOutput(port);
        }
    }

    private void Write(ChildProcess child, Format format, Waiter waiter)
    {
        try
        {
            var writer = new NutWriter(child.Input);
            writer.WriteHeaders(coder.Header(format));
            while (!_next.IsEmpty && Continues(format, _next.Format) && !_outputEnded)
            {
                coder.InWork.Add(_next.Header);
                var frame = _next;
                try
                {
                    Carrier.Write(writer, frame);
                }
                finally
                {
                    _next = default;
                    port.Processed(frame);
                }
                _next = Take(waiter);
            }
        }
        catch (ChildInputClosedException)
        {
            // The reader finds the end of the output and tells why it came.
            if (_next.IsEmpty)
                _next = Take(waiter);
        }
        child.CloseInput();
    }

    /// <summary>Goes past the frames that a new child could make nothing of.</summary>
    private void SkipToKey(Waiter waiter)
    {
        while (!_next.IsEmpty && !_next.Header.Key)
        {
            port.Processed(_next);
            port.Count(StreamLoss.Lost);
            _next = Take(waiter);
        }
    }

    /// <summary>Whether one child can go on with frames of another format: still pictures have one each, for their names alone.</summary>
    private static bool Continues(Format format, Format next) =>
        ReferenceEquals(next, format) || (next.Name is not null && next with { Name = format.Name, Pictures = format.Pictures } == format);

    private void Read(ChildProcess child, Format format)
    {
        try
        {
            ReadAll(child, format);
        }
        finally
        {
            // Whatever ended the reading, the writer must not wait for a child that nobody reads.
            _outputEnded = true;
            if (!child.HasExited && !abort.IsCancellationRequested)
                child.Kill("the run ended");
        }
    }

    private void ReadAll(ChildProcess child, Format format)
    {
        using var waiter = new Waiter();
        var reader = new NutReader(child.Output);
        try
        {
            var stream = reader.ReadHeaders()[0];
            coder.BeginOutput(stream, format);
            while (reader.TryReadFrame(out var frame))
                coder.Emit(port, reader, frame, waiter);
        }
        catch (NutException broken)
        {
            abort.ThrowIfCancellationRequested();
            throw child.Failure(child.OutputEnded && reader.Offset == 0 ? "gave no output" : $"gave output that cannot be read: {broken.Cause} at byte {broken.Offset}");
        }
        abort.ThrowIfCancellationRequested();
        child.ThrowIfFailed();
    }
}

/// <summary>What is particular to one coder.</summary>
public interface ICoder
{
    /// <summary>Frames that were written and did not come out yet.</summary>
    FramesInWork InWork { get; }

    /// <summary>Whether a frame is left out.</summary>
    bool Skips(in FrameHeader header);

    /// <summary>Starts the child for frames of a format.</summary>
    ChildProcess Start(Format format);

    /// <summary>The stream header for frames of a format.</summary>
    NutStream Header(Format format);

    /// <summary>Called with the header of what comes out.</summary>
    void BeginOutput(NutStream stream, Format input);

    /// <summary>Emits one frame of the output, or reads over it.</summary>
    void Emit(OutputPort port, NutReader reader, NutFrame frame, Waiter waiter);

    /// <summary>Whether the stream goes on with another child after a failure; returns when that may be started.</summary>
    bool Survives(SegPipeException failure, CancellationToken abort);

    /// <summary>Called when a child has ended, however it did: accounts for what did not come out.</summary>
    void EndOutput(StreamPort port);
}
