using SegPipe.Frames;

namespace SegPipe.Components;

/// <summary>How a component that paces itself gets buffers and gives frames; the runtime stands behind it and counts.</summary>
public abstract class OutputPort
{
    /// <summary>Rents a buffer for an output; waits while the memory budget is used up.</summary>
    /// <param name="format">Format of the frame; another object than before begins a new epoch.</param>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="output">Place of the output.</param>
    public abstract ValueTask<WritableFrame> RentAsync(Format format, int bytes, int output = 0);

    /// <summary>Seals a buffer and offers it to every edge of an output, waiting where their policy says so. The buffer is spent in any case.</summary>
    /// <param name="frame">The filled buffer.</param>
    /// <param name="header">Number, times and flags; the component numbers its own pictures and packets.</param>
    /// <param name="output">Place of the output.</param>
    public abstract ValueTask EmitAsync(WritableFrame frame, FrameHeader header, int output = 0);
}

/// <summary>How a stream stage takes frames, gives frames and accounts for those that do not come out one to one.</summary>
public abstract class StreamPort : OutputPort
{
    /// <summary>The next frame, or an empty one at the end of the stream. Every frame goes back through <see cref="Processed"/>.</summary>
    public abstract ValueTask<Frame> TakeAsync();

    /// <summary>Gives back a frame that was used, and counts it.</summary>
    public abstract void Processed(Frame frame);

    /// <summary>Counts frames that went in and will not come out.</summary>
    public abstract void Count(StreamLoss loss, long frames = 1);

    /// <summary>Counts one frame that went in and will not come out.</summary>
    public virtual void Count(StreamLoss loss, in FrameHeader header) => Count(loss);

    /// <summary>Says, in a stage that keeps its input's numbers, that nothing up to this number comes any more; emitting says it too.</summary>
    public abstract void Settle(long sequence);
}

/// <summary>Why a frame that went into a stream stage does not come out.</summary>
public enum StreamLoss
{
    /// <summary>A packet that holds no picture to be shown, as the codec allows.</summary>
    NotShown,

    /// <summary>A packet or picture that the codec could not use.</summary>
    Lost,
}
